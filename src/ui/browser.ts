import { words } from './words.ts';

/** What the browser says of itself and of what the page asks of it, for diagnostics. */
export function browserFacts(): Record<string, string | number | boolean> {
  const { userAgent, hardwareConcurrency } = navigator;
  const missing = [
    ...('locks' in navigator ? [] : ['Web Locks']),
    ...('BroadcastChannel' in globalThis ? [] : ['BroadcastChannel']),
  ];
  return {
    browser: userAgent,
    logicalCores: hardwareConcurrency,
    secureContext: globalThis.isSecureContext,
    crossOriginIsolated: globalThis.crossOriginIsolated,
    webgpu: 'gpu' in navigator,
    ...(missing.length > 0 && { tabs: words.keeping.alone(missing.join(', ')) }),
  };
}
