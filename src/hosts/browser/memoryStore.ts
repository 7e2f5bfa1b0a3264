import type { RunStore } from '../../lab/store.ts';

/** A store for hosts that keep nothing beyond the page: the run lives as long as the lab does. */
export const memoryStore: RunStore = {
  open: async () => ({
    appendRecords: async () => {},
    appendSample: async () => {},
    appendEvent: async () => {},
    saveCheckpoint: async () => {},
    finish: async () => {},
  }),
};
