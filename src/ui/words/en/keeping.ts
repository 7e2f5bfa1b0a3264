/** The sentences about what is kept, and about what can go wrong while a race is on. */
export const keeping = {};
