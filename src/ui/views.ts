/** What fills the page. The order is that of the navigation. */
export const VIEWS = ['race', 'figure', 'gap', 'inside', 'runs', 'device', 'learn'] as const;
export type View = (typeof VIEWS)[number];
