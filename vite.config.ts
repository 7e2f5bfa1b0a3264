import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { corpora } from './src/hosts/build/corpora.ts';
import { offline } from './src/hosts/build/offline.ts';
import { builtPage } from './src/hosts/build/page.ts';
import { cpuThread } from './src/hosts/build/thread.ts';
import { cpuKernels } from './src/hosts/build/wasm.ts';

// wgsl_reflect's Node entry is CommonJS under an ESM package.json, which Node refuses; its browser module works in both.
const alias = { wgsl_reflect: 'wgsl_reflect/wgsl_reflect.module.js' };

/** Cross-origin isolation, which `crossover start` gives the page too. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig(({ isSsrBuild }) => ({
  base: './',
  resolve: { alias },
  plugins: [react(), corpora(), cpuKernels(), cpuThread(), builtPage(), offline()],
  worker: { format: 'es', plugins: () => [cpuKernels()] },
  server: { headers },
  preview: { headers },
  publicDir: isSsrBuild ? false : 'public',
  build: isSsrBuild
    ? { outDir: 'dist/cli', target: 'node20', rollupOptions: { output: { entryFileNames: 'main.js' } } }
    : { outDir: 'dist/web', target: 'es2022' },
  ssr: { noExternal: ['wgsl_reflect'] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/builtPage.ts'],
    server: { deps: { inline: ['wgsl_reflect'] } },
    // No test is about time, and a machine may be ten times slower than this one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
    // Two cores: the software adapter uses both, so test files that train would only slow each other down.
    maxWorkers: 2,
  },
}));
