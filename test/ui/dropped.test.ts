import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuseDroppedFiles } from '../../src/ui/dropped.ts';

/** A thing of the page, as far as an event asks about it. */
class FakeElement extends EventTarget {
  constructor(readonly type: string) {
    super();
  }
  matches(selector: string): boolean {
    return selector === `[type=${this.type}]`;
  }
}

const page = new EventTarget();

beforeEach(() => {
  vi.stubGlobal('Element', FakeElement);
  vi.stubGlobal('window', page);
  refuseDroppedFiles();
});
afterEach(() => vi.unstubAllGlobals());

function carried(kind: 'dragover' | 'drop', type: string, target?: FakeElement) {
  const dataTransfer = { types: [type], dropEffect: 'copy' };
  const event = Object.assign(new Event(kind, { cancelable: true }), { dataTransfer });
  if (target) Object.defineProperty(event, 'target', { value: target });
  page.dispatchEvent(event);
  return { refused: event.defaultPrevented, dropEffect: dataTransfer.dropEffect };
}

describe('a file that is carried over the page', () => {
  it.each(['dragover', 'drop'] as const)('is refused where nobody takes it, so that the page stays: %s', (kind) => {
    expect(carried(kind, 'Files')).toEqual({ refused: true, dropEffect: 'none' });
  });

  it('is left to a field for files, and a text to the field that it is dropped on', () => {
    expect(carried('drop', 'Files', new FakeElement('file')).refused).toBe(false);
    expect(carried('drop', 'Files', new FakeElement('text')).refused).toBe(true);
    expect(carried('drop', 'text/plain').refused).toBe(false);
  });
});
