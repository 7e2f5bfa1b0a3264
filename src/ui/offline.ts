import type { FromNewVersion, ToNewVersion } from '../hosts/serviceWorker.ts';
import { setPage } from './store.ts';

const SCRIPT = 'serviceWorker.js';

let next: ServiceWorker | null = null;
/** Whether this page has asked for the new version: no other page's wish ever reloads it. */
let asked = false;

/**
 * Has the page kept for use without a network, once it is loaded. A newer version that is found waits until the next
 * visit; the page says that it is there. Where nothing can be kept (a private window, an address that is not secure), the
 * page works as long as there is a network.
 */
export function keepForOffline(): void {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener('controllerchange', () => {
    if (asked) window.location.reload();
  });
  serviceWorker.addEventListener('message', ({ data }: MessageEvent<FromNewVersion>) => {
    if (data !== 'other pages are open') return;
    asked = false;
    setPage({ newVersion: 'waits' });
  });
  const register = () => serviceWorker.register(SCRIPT, { updateViaCache: 'none' }).then(watch, () => undefined);
  if (document.readyState === 'complete') register();
  else window.addEventListener('load', register, { once: true });
}

function watch(registration: ServiceWorkerRegistration): void {
  const look = () => {
    // The first version of all has nobody to wait for.
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    next = registration.waiting;
    setPage({ newVersion: 'ready' });
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
}

/** Reloads the page with the new version; where other pages of the lab are open, it says so instead. */
export function takeNewVersion(): void {
  asked = true;
  next?.postMessage('take over' satisfies ToNewVersion);
}
