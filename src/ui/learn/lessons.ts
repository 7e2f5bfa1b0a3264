import { presetOf } from '../../spec/presets.ts';
import type { RaceSpec } from '../../spec/schema.ts';
import { type ChapterId, firstOf } from './chapters.ts';
import type { Part } from './state.ts';

/** Lessons that are ready: a recorded setup, what is left out, and where the guided text begins. */
const READY = {
  crossover: { preset: 'default', hidden: ['setup', 'log', 'reports'], chapter: 'ar' },
  starve: { preset: 'quick', hidden: ['log', 'reports'], chapter: 'starve' },
  brackets: { preset: 'brackets', hidden: ['setup', 'log'], chapter: 'repetition' },
  world: { preset: 'world', hidden: ['setup', 'log'], chapter: 'diffusion' },
  doubt: { preset: 'default', hidden: ['setup', 'log', 'reports'], chapter: 'bound' },
} as const satisfies Record<string, { preset: string; hidden: readonly Part[]; chapter: ChapterId }>;

export type LessonId = keyof typeof READY;

export const LESSONS: readonly { id: LessonId; spec: RaceSpec; hidden: readonly Part[]; step: number }[] = (
  Object.keys(READY) as LessonId[]
).map((id) => {
  const { preset, hidden, chapter } = READY[id];
  return { id, spec: presetOf(preset).spec, hidden, step: firstOf(chapter) };
});
