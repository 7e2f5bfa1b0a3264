import * as library from '@tensorflow/tfjs';

// Node takes its CommonJS build, which has everything under `default`, a bundler the modules.
const tf = 'default' in library ? library.default : library;

/**
 * The work in tfjs-core on the `backend`, whose module is imported already. tfjs has no jit: a step is a tidy
 * scope around `variableGrads` and an AdamW written in its ops, since the library has only Adam.
 */
export async function openTfjs(backend, work, device) {
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} here`);
  await tf.ready();
  const { train, parameters: described } = work;
  const weights = {};
  const moments = {};
  for (const { name, shape, values } of described) {
    weights[name] = tf.variable(tf.tensor(values, shape), true, name);
    moments[name] = [0, 1].map(() => tf.variable(tf.zeros(shape)));
  }
  const loss = lossOf(work, weights);
  let s = 0;

  function optimize(batch) {
    const { value, grads } = tf.variableGrads(() => loss(batch));
    // Not addN: with so many terms the webgpu backend asks for more storage buffers than there are.
    const norm = tf.sqrt(described.map(({ name }) => tf.sum(tf.square(grads[name]))).reduce((a, b) => tf.add(a, b)));
    const clip = tf.minimum(1, tf.div(train.clipNorm, tf.add(norm, 1e-6)));
    const rate = work.learningRate(s);
    const [correction1, correction2] = [train.beta1, train.beta2].map((beta) => 1 - beta ** (s + 1));
    for (const { name, shape } of described) {
      const g = tf.mul(grads[name], clip);
      const [m, v] = moments[name];
      m.assign(tf.add(tf.mul(m, train.beta1), tf.mul(g, 1 - train.beta1)));
      v.assign(tf.add(tf.mul(v, train.beta2), tf.mul(tf.square(g), 1 - train.beta2)));
      const denominator = tf.add(tf.sqrt(tf.div(v, correction2)), train.epsilon);
      const decay = shape.length === 2 ? train.weightDecay : 0;
      const kept = decay > 0 ? tf.mul(weights[name], 1 - rate * decay) : weights[name];
      weights[name].assign(tf.sub(kept, tf.div(tf.mul(m, rate / correction1), denominator)));
    }
    return tf.stack([value, norm]);
  }

  return {
    ...device,
    async step() {
      const metrics = tf.tidy(() => optimize(work.batch(s)));
      s++;
      const read = await metrics.data();
      metrics.dispose();
      return [...read];
    },
  };
}

/** { inputs, targets } → mean cross-entropy. Rows of activations are [B·T, C]. */
function lossOf({ model, train, vocabulary: V, feedForward: F }, p) {
  const { layers, channels: C, heads: H, context: T, normEpsilon } = model;
  const B = train.batch;
  const D = C / H;
  const N = B * T;
  const [cos, sin] = [Math.cos, Math.sin].map((f) => tf.tensor(ropeTable(T, D, model.ropeTheta, f), [T, 1, D / 2]));
  const hidden = tf.tensor(
    Float32Array.from({ length: T * T }, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0)),
    [T, T],
  );
  // The wasm backend writes integers whatever type is asked for: the cast must be said.
  const oneHot = (ids, depth) => tf.cast(tf.oneHot(tf.tensor1d(Int32Array.from(ids), 'int32'), depth), 'float32');
  const linear = (x, w) => tf.matMul(x, w, false, true);
  const norm = (x, gain) => {
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), normEpsilon));
    return tf.mul(tf.mul(x, scale), gain);
  };
  const rotate = (x) => {
    const [first, second] = tf.split(x, 2, -1);
    return tf.concat(
      [tf.sub(tf.mul(first, cos), tf.mul(second, sin)), tf.add(tf.mul(second, cos), tf.mul(first, sin))],
      -1,
    );
  };
  const heads = (x) => tf.transpose(x, [0, 2, 1, 3]);
  return ({ inputs, targets }) => {
    let x = tf.matMul(oneHot(inputs, V), p.embed);
    for (let i = 0; i < layers; i++) {
      const weight = (name) => p[`layers.${i}.${name}`];
      const qkv = linear(norm(x, weight('norm1')), weight('qkv'));
      const [q, k, value] = tf.split(qkv, 3, -1).map((part) => tf.reshape(part, [B, T, H, D]));
      const [turnedQ, turnedK] = [rotate(norm(q, weight('qNorm'))), rotate(norm(k, weight('kNorm')))];
      const scores = tf.mul(tf.matMul(heads(turnedQ), heads(turnedK), false, true), 1 / Math.sqrt(D));
      const attended = tf.matMul(tf.softmax(tf.add(scores, hidden)), heads(value));
      x = tf.add(x, linear(tf.reshape(heads(attended), [N, C]), weight('proj')));
      const [gate, up] = tf.split(linear(norm(x, weight('norm2')), weight('gateUp')), [F, F], -1);
      x = tf.add(x, linear(tf.mul(tf.mul(gate, tf.sigmoid(gate)), up), weight('down')));
    }
    const logits = tf.slice(linear(norm(x, p.norm), p.head), [0, 0], [N, V - 1]);
    const wanted = oneHot(targets, V - 1);
    return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), wanted)), -1 / N);
  };
}

/** f(position · θ^(−2i/D)) as [T, D/2], from f64 as in the lab. */
function ropeTable(T, D, theta, f) {
  const half = D / 2;
  return Float32Array.from({ length: T * half }, (_, i) => f(Math.floor(i / half) * theta ** (-(i % half) / half)));
}
