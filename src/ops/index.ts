import type { Op } from '../graph/op.ts';
import { adamwOp } from './adamw.ts';
import { addOp } from './add.ts';
import { attentionGradOp, attentionOp } from './attention.ts';
import { crossEntropyLossOp, crossEntropyOp } from './crossEntropy.ts';
import { dropoutOp } from './dropout.ts';
import { emaOp } from './ema.ts';
import { embeddingGradOp, embeddingOp } from './embedding.ts';
import { gradNormOp } from './gradNorm.ts';
import { matmulNNOp, matmulNTOp, matmulTNOp } from './matmul.ts';
import { metricsOp } from './metrics.ts';
import { qkRopeGradOp, qkRopeOp } from './qkRope.ts';
import { residualNormGradOp, residualNormOp, rmsNormGradOp, rmsNormOp } from './rmsNorm.ts';
import { swigluGradOp, swigluOp } from './swiglu.ts';

/** Every op there is. One loop over this list tests them all. */
export const OPS: readonly Op[] = [
  embeddingOp,
  embeddingGradOp,
  rmsNormOp,
  rmsNormGradOp,
  residualNormOp,
  residualNormGradOp,
  qkRopeOp,
  qkRopeGradOp,
  attentionOp,
  attentionGradOp,
  matmulNTOp,
  matmulNNOp,
  matmulTNOp,
  swigluOp,
  swigluGradOp,
  dropoutOp,
  addOp,
  crossEntropyOp,
  crossEntropyLossOp,
  gradNormOp,
  metricsOp,
  adamwOp,
  emaOp,
];
