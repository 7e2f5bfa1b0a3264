/** The guided text: its chapters, and the steps of each, in order. What a step says and does stands in `steps.ts`. */
export const CHAPTERS = {
  ar: ['race', 'left'],
  diffusion: ['masks', 'duel'],
  repetition: ['turn', 'heart', 'feeds'],
  starve: ['less', 'bet', 'train'],
  bound: ['exact', 'above'],
  doubt: ['strict', 'cost', 'fair', 'seed'],
} as const;

export type ChapterId = keyof typeof CHAPTERS;
export type StepId = (typeof CHAPTERS)[ChapterId][number];

export const CHAPTER_IDS = Object.keys(CHAPTERS) as ChapterId[];

/** Every step with its chapter; the first one's number in an address is 1. */
export const STEPS: readonly { id: StepId; chapter: ChapterId }[] = CHAPTER_IDS.flatMap((chapter) =>
  CHAPTERS[chapter].map((id) => ({ id, chapter })),
);

/** The number of a chapter's first step. */
export const firstOf = (chapter: ChapterId): number => 1 + STEPS.findIndex((step) => step.chapter === chapter);
