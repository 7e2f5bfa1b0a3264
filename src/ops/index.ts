import type { Op } from '../graph/op.ts';
import { adamwOp } from './adamw.ts';
import { addOp } from './add.ts';
import { assignOp } from './assign.ts';
import { attentionGradOp, attentionOp } from './attention.ts';
import { chooseTokensOp } from './chooseTokens.ts';
import { combineGradOp, combineOp } from './combine.ts';
import { countDroppedOp } from './countDropped.ts';
import { crossEntropyLossOp, crossEntropyOp } from './crossEntropy.ts';
import { dropoutOp } from './dropout.ts';
import { emaOp } from './ema.ts';
import { embeddingGradOp, embeddingOp } from './embedding.ts';
import { expertsNNOp, expertsNTOp, expertsTNOp } from './experts.ts';
import { gatherRowsGradOp, gatherRowsOp } from './gatherRows.ts';
import { gradNormOp } from './gradNorm.ts';
import { matmulNNOp, matmulNTOp, matmulTNOp } from './matmul.ts';
import { metricsOp } from './metrics.ts';
import { qkRopeAtGradOp, qkRopeAtOp, qkRopeGradOp, qkRopeOp } from './qkRope.ts';
import { residualNormGradOp, residualNormOp, rmsNormGradOp, rmsNormOp } from './rmsNorm.ts';
import { routeGradOp, routeOp } from './route.ts';
import { routerLossOp } from './routerLoss.ts';
import { softmaxGradOp, softmaxOp } from './softmax.ts';
import { swigluGradOp, swigluOp } from './swiglu.ts';
import { uniformBoundLossOp, uniformBoundOp } from './uniformBound.ts';

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
  qkRopeAtOp,
  qkRopeAtGradOp,
  attentionOp,
  attentionGradOp,
  matmulNTOp,
  matmulNNOp,
  matmulTNOp,
  expertsNTOp,
  expertsNNOp,
  expertsTNOp,
  softmaxOp,
  softmaxGradOp,
  routeOp,
  routeGradOp,
  assignOp,
  chooseTokensOp,
  gatherRowsOp,
  gatherRowsGradOp,
  combineOp,
  combineGradOp,
  routerLossOp,
  countDroppedOp,
  swigluOp,
  swigluGradOp,
  dropoutOp,
  addOp,
  crossEntropyOp,
  crossEntropyLossOp,
  uniformBoundOp,
  uniformBoundLossOp,
  gradNormOp,
  metricsOp,
  adamwOp,
  emaOp,
];
