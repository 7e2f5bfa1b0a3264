import { RACE_STATES } from './states/races.ts';
import type { ShownState } from './states/shown.ts';
import { VIEW_STATES } from './states/views.ts';

/**
 * Every state of the page: what the tests look at with axe and on a phone, and what `npm run screenshots` takes pictures
 * of. A new state goes into one of these lists.
 */
export const STATES: readonly ShownState[] = [...VIEW_STATES, ...RACE_STATES];
