import type { SamplerOptions } from '../sampling.ts';
import type { Canvas, Propose, Writing } from './canvas.ts';

/**
 * ReMDM (Wang et al. 2025) with its capped schedule: ancestral sampling on the grid t = 1, 1 − 1/S, … 0 in which a
 * written position is masked again with probability σ = min(η, (1 − α_s)/α_t), η = `remask`, so that mistakes can be
 * taken back. To keep the marginals, a masked position is then filled with probability
 *
 *   (α_s − (1 − σ)·α_t)/(1 − α_t),   which is (t − s + σ·(1 − t))/t with α = 1 − t:
 *
 * at every t a position is masked with probability t, whatever η. At the end (s = 0) σ is 0 and all is filled. Only
 * positions that were open at the start take part. Both moves of a step start from the same text, so the logits are those
 * of the text before it; a step that fills nothing needs none. Counters (2·sample, step·T + position).
 */
export function* remasking(
  canvas: Canvas,
  positions: readonly number[],
  steps: number,
  propose: Propose,
  { settings, noise, sample }: SamplerOptions,
): Writing {
  const T = canvas.tokens.length;
  for (let step = 0; step < steps; step++) {
    const t = 1 - step / steps;
    const s = 1 - (step + 1) / steps;
    const again = t < 1 ? Math.min(settings.remask, s / (1 - t)) : 0;
    const fill = (t - s + again * (1 - t)) / t;
    const moved = positions.filter(
      (position) => noise.uniform(2 * sample, step * T + position) < (canvas.isOpen(position) ? fill : again),
    );
    const filled = moved.filter((position) => canvas.isOpen(position));
    const cleared = moved.filter((position) => !canvas.isOpen(position));
    if (filled.length > 0) {
      const logits = yield;
      for (const drawn of propose(logits, filled)) canvas.commit(drawn);
    }
    for (const position of cleared) canvas.clear(position);
  }
}
