/** The files of a run. `config.json`, `tokenizer.json` and `tokenizer_config.json` are Hugging Face's. */
export const RUN_FILES = {
  spec: 'run.json',
  environment: 'env.json',
  metrics: 'metrics.jsonl',
  samples: 'samples.jsonl',
  events: 'events.jsonl',
  summary: 'summary.json',
  config: 'config.json',
  tokenizer: 'tokenizer.json',
  tokenizerConfig: 'tokenizer_config.json',
  model: 'model.safetensors',
  checkpoint: 'optimizer.safetensors',
  /** The user's own text, for a run that was trained on one: without it the run could not be evaluated or resumed. */
  ownText: 'text.txt',
} as const;

export type RunFile = (typeof RUN_FILES)[keyof typeof RUN_FILES];

const NAMES: ReadonlySet<string> = new Set(Object.values(RUN_FILES));

export const isRunFile = (name: string): name is RunFile => NAMES.has(name);

/** Files that take most of the room: a race can be looked at without them, but not gone on with or evaluated. */
export const WEIGHT_FILES: ReadonlySet<RunFile> = new Set([RUN_FILES.model, RUN_FILES.checkpoint]);
