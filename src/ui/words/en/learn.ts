/** The sentences of the view “Learn”. */
export const learn = {};
