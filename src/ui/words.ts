import { en } from './words/en/index.ts';

/** Every sentence of the page, in the language that was chosen. Read it while drawing: it changes with the language. */
export const words = en;
