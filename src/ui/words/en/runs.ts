/** The sentences of the view “Runs”. */
export const runs = {};
