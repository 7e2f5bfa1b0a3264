import type { LossBound } from '../spec/bound.ts';
import type { Axis, Metric } from './record.ts';

/**
 * Live: the diffusion model's current value passes the AR model's current value.
 * Strict: the diffusion model's best so far passes the AR model's best ever.
 */
export type CrossingKind = 'live' | 'strict';

/**
 * none → possible (seen once) → confirmed (several evaluations in a row and a gap above two standard errors)
 * → reverted (AR was ahead again afterwards).
 */
export type CrossingStatus = 'none' | 'possible' | 'confirmed' | 'reverted';

export interface Crossing {
  kind: CrossingKind;
  /** loss: lower is ahead; accuracy: higher is. */
  metric: Extract<Metric, 'loss' | 'accuracy'>;
  status: CrossingStatus;
  /** What diffusion's values are. */
  bound: LossBound;
  /** The first raw evaluation at which it holds, on every axis; absent while the status is none. */
  at?: Record<Axis, number>;
  /** The value there: of diffusion, and of what it passed. */
  value?: { diffusion: number; ar: number };
  /** How many evaluations in a row it has held, and how many confirm it. */
  held: number;
  needed: number;
  /**
   * Latest gap, positive where diffusion is ahead, and its standard error. loss: AR − diffusion in nats per token, paired
   * over windows; accuracy: diffusion − AR.
   */
  gap?: { value: number; se: number };
}
