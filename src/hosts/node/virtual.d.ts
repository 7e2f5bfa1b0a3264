/** Made by src/hosts/build/thread.ts from src/hosts/node/cpuThread.ts. */
declare module 'virtual:cpu-thread' {
  /** The text of a CommonJS script, everything that it needs included. */
  export const script: string;
}
