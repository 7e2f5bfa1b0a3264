/**
 * Refuses a file that is dropped where nobody takes it: a browser would open it in the place of the page, and the race
 * would be cut off. To be called before others listen to the window.
 */
export function refuseDroppedFiles(): void {
  const refuse = (event: DragEvent) => {
    const { dataTransfer, defaultPrevented, target } = event;
    if (defaultPrevented || !dataTransfer?.types.includes('Files') || takesFiles(target)) return;
    event.preventDefault();
    dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', refuse);
  window.addEventListener('drop', refuse);
}

const takesFiles = (target: EventTarget | null): boolean => target instanceof Element && target.matches('[type=file]');
