/** The sentences of the view “Inside”. */
export const inside = {};
