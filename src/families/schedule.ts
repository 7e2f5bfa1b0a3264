import type { RaceSpec } from '../spec/schema.ts';

/** How the noise grows with t on [0, 1]: from nothing at 0 to everything at 1. */
export interface NoiseSchedule {
  /** Share of the tokens that are noise at t, 1 − α(t). */
  share(t: number): number;
  /** −α′(t), the slope of the share. */
  slope(t: number): number;
}

/** Linear t, cosine 1 − cos(πt/2), polynomial t². */
export const SCHEDULES: Readonly<Record<RaceSpec['diffusion']['schedule'], NoiseSchedule>> = {
  linear: { share: (t) => t, slope: () => 1 },
  // 2 sin² is 1 − cos of twice the angle, without its cancellation near t = 0.
  cosine: {
    share: (t) => 2 * Math.sin((Math.PI * t) / 4) ** 2,
    slope: (t) => (Math.PI / 2) * Math.sin((Math.PI * t) / 2),
  },
  polynomial: { share: (t) => t * t, slope: (t) => 2 * t },
};
