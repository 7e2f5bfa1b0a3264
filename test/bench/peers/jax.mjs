import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';

/**
 * The work in jax-js: one jitted function from parameters, moments and batch to the next ones, with the library's own
 * attention, soft-max and SiLU. Every argument that is used again is marked `.ref`, as jax-js counts references.
 */
export async function openJax(backend, work, device) {
  const available = await init(backend);
  if (!available.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
  defaultDevice(backend);
  const { model, train, vocabulary } = work;
  // The faster of the two on each backend, as measured: the gradient of a look-up costs WebGPU more than the product.
  const embed =
    backend === 'wasm' ? (w, ids) => np.take(w, ids, 0) : (w, ids) => np.matmul(nn.oneHot(ids, vocabulary), w);
  const step = jit(optimizerStep(work, embed));
  const arrays = (values) =>
    Object.fromEntries(
      work.parameters.map(({ name, shape, values: v }) => [name, np.array(values(v)).reshape([...shape])]),
    );
  let parameters = arrays((values) => values);
  let m = arrays((values) => new Float32Array(values.length));
  let v = arrays((values) => new Float32Array(values.length));
  const dims = [train.batch, model.context];
  let s = 0;
  return {
    ...device,
    async step() {
      const { inputs, targets } = work.batch(s);
      const scalars = [work.learningRate(s), 1 - train.beta1 ** (s + 1), 1 - train.beta2 ** (s + 1)];
      const ids = (data) => np.array(Int32Array.from(data)).reshape(dims);
      let metrics;
      [parameters, m, v, metrics] = step(
        parameters,
        m,
        v,
        ids(inputs),
        ids(targets),
        np.array(new Float32Array(scalars)),
      );
      s++;
      await blockUntilReady(parameters);
      return [...(await metrics.data())];
    },
  };
}

/** (parameters, m, v, ids, targets, [rate, correction1, correction2]) → [parameters, m, v, [loss, gradient norm]]. */
function optimizerStep(work, embed) {
  const { train, parameters: described } = work;
  const lossAndGradients = valueAndGrad(lossOf(work, embed));
  return (parameters, m, v, ids, targets, scalars) => {
    const [loss, gradients] = lossAndGradients(tree.ref(parameters), ids, targets);
    const [rate, correction1, correction2] = np.split(scalars, 3);
    const norm = np.sqrt(
      described.map(({ name }) => np.square(gradients[name].ref).sum()).reduce((total, square) => total.add(square)),
    );
    const clip = np.minimum(1, np.divide(train.clipNorm, norm.ref.add(1e-6)));
    const next = { parameters: {}, m: {}, v: {} };
    for (const { name, shape } of described) {
      const g = gradients[name].mul(clip.ref);
      const m1 = m[name].mul(train.beta1).add(g.ref.mul(1 - train.beta1));
      const v1 = v[name].mul(train.beta2).add(np.square(g).mul(1 - train.beta2));
      const denominator = np.sqrt(v1.ref.div(correction2.ref)).add(train.epsilon);
      const update = m1.ref.div(correction1.ref).div(denominator);
      const decay = shape.length === 2 ? train.weightDecay : 0;
      const p = parameters[name];
      next.parameters[name] = p.ref.sub(rate.ref.mul(update.add(p.mul(decay))));
      next.m[name] = m1;
      next.v[name] = v1;
    }
    for (const used of [rate, correction1, correction2, clip]) used.dispose();
    return [next.parameters, next.m, next.v, np.stack([loss, norm])];
  };
}

/** (parameters, ids [B, T], targets [B, T]) → mean cross-entropy. */
function lossOf(work, embed) {
  const { model, train, vocabulary: V, feedForward: F } = work;
  const { layers, channels: C, heads: H, context: T, normEpsilon } = model;
  const B = train.batch;
  const D = C / H;
  const [cos, sin] = ropeTables(T, D, model.ropeTheta);
  const linear = (x, w) => np.matmul(x, w.transpose());
  const norm = (x, gain) => {
    const scale = np.reciprocal(np.sqrt(np.square(x.ref).mean(-1, { keepdims: true }).add(normEpsilon)));
    return x.mul(scale).mul(gain);
  };
  const rotate = (x) => {
    const [first, second] = np.split(x, 2, -1);
    const table = (values) => np.array(values).reshape([T, 1, D / 2]);
    return np.concatenate(
      [first.ref.mul(table(cos)).sub(second.ref.mul(table(sin))), second.mul(table(cos)).add(first.mul(table(sin)))],
      -1,
    );
  };
  return (p, ids, targets) => {
    let x = embed(p.embed, ids);
    for (let i = 0; i < layers; i++) {
      const weight = (name) => p[`layers.${i}.${name}`];
      const qkv = linear(norm(x.ref, weight('norm1')), weight('qkv'));
      const [q, k, value] = np.split(qkv, 3, -1).map((part) => part.reshape([B, T, H, D]));
      const attended = nn.dotProductAttention(
        rotate(norm(q, weight('qNorm'))),
        rotate(norm(k, weight('kNorm'))),
        value,
        {
          isCausal: true,
        },
      );
      x = x.add(linear(attended.reshape([B, T, C]), weight('proj')));
      const [gate, up] = np.split(linear(norm(x.ref, weight('norm2')), weight('gateUp')), [F], -1);
      x = x.add(linear(nn.silu(gate).mul(up), weight('down')));
    }
    const logits = linear(norm(x, p.norm), p.head);
    const [allowed, suppressed] = np.split(logits, [V - 1], -1);
    suppressed.dispose();
    const logProbability = nn.logSoftmax(allowed, -1).mul(nn.oneHot(targets, V - 1));
    return logProbability.sum().mul(-1 / (B * T));
  };
}

/** Cosines and sines [T, D/2] of position · θ^(−2i/D), from f64 as in the lab. */
function ropeTables(T, D, theta) {
  const angles = Float64Array.from(
    { length: (T * D) / 2 },
    (_, i) => Math.floor(i / (D / 2)) * theta ** ((-2 * (i % (D / 2))) / D),
  );
  return [Float32Array.from(angles, Math.cos), Float32Array.from(angles, Math.sin)];
}
