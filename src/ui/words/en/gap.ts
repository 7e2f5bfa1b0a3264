/** The sentences of the view “Close the gap”. */
export const gap = {};
