/**
 * What the page may run and load: only what lies beside it, and no script or style within a text. Nothing can be sent
 * elsewhere, so what a person pastes stays in the tab. In the built page as a <meta>, for hosts that send no headers.
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  // The cpu executor compiles WebAssembly; nothing evaluates a text.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Figures become PNGs by way of a blob.
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
