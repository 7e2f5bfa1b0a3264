/**
 * Lets the messages in that have come. A timer would do, too, but browsers hold timers back: by 4 ms when they follow
 * each other, and by a second or more in a hidden tab. A message to oneself waits for nothing.
 */
export function breaths(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
}
