import { fnv1a } from '../core/hash.ts';
import type { CompileListener } from '../graph/executor.ts';
import type { Dispatch, Shader } from '../graph/op.ts';
import type { Binding } from './reflect.ts';

/** Shader modules, bind group layouts and pipelines of a device, each made once. */
export class PipelineCache {
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  #progress = { done: 0, asked: 0 };
  #listen: CompileListener | null = null;

  constructor(readonly device: GPUDevice) {}

  /** Has somebody told of every pipeline that is made from now on. */
  watch(listen: CompileListener | null): void {
    this.#progress = { done: 0, asked: 0 };
    this.#listen = listen;
  }

  layout(bindings: readonly Binding[]): GPUBindGroupLayout {
    const key = bindings.map((b) => `${b.binding}:${b.type}`).join();
    let layout = this.#layouts.get(key);
    if (!layout) {
      layout = this.device.createBindGroupLayout({
        entries: bindings.map(({ binding, type }) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type },
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }

  pipeline(shader: Shader, dispatch: Dispatch, bindings: readonly Binding[]): Promise<GPUComputePipeline> {
    const { entry, constants } = dispatch;
    const key = JSON.stringify([fnv1a(shader.source), shader.file, entry, constants]);
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      const layout = this.device.createPipelineLayout({ bindGroupLayouts: [this.layout(bindings)] });
      pipeline = this.device
        .createComputePipelineAsync({
          label: `${shader.file} ${entry}`,
          layout,
          compute: { module: this.#module(shader), entryPoint: entry, constants },
        })
        .catch(async (error: unknown) => {
          throw new Error(`${shader.file}, ${entry}: ${await this.#explain(shader, error)}`);
        });
      this.#pipelines.set(key, pipeline);
      this.#count(pipeline);
    }
    return pipeline;
  }

  #count(pipeline: Promise<unknown>): void {
    const progress = this.#progress;
    progress.asked++;
    const tell = () => {
      progress.done++;
      if (progress === this.#progress) this.#listen?.(progress.done, progress.asked);
    };
    // Whoever waits for the pipeline is told why it failed.
    pipeline.then(tell, () => {});
  }

  #module(shader: Shader): GPUShaderModule {
    let module = this.#modules.get(shader.source);
    if (!module) {
      module = this.device.createShaderModule({ label: shader.file, code: shader.source });
      this.#modules.set(shader.source, module);
    }
    return module;
  }

  /** The compiler's own words, with line and column and the source line. */
  async #explain(shader: Shader, error: unknown): Promise<string> {
    const info = await this.#module(shader).getCompilationInfo();
    const lines = shader.source.split('\n');
    const messages = info.messages
      .filter((m) => m.type === 'error')
      .map((m) => `line ${m.lineNum}:${m.linePos} ${m.message}\n  ${lines[m.lineNum - 1] ?? ''}`);
    return messages.length ? messages.join('\n') : String((error as Error).message ?? error);
  }
}
