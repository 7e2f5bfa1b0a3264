import { precacheAndRoute } from 'workbox-precaching';

/** What a page says to a version that waits, and what it is answered where that cannot take over. */
export type ToNewVersion = 'take over';
export type FromNewVersion = 'other pages are open';

/** Every file of the built page with the hash of its content, or null where its name holds it; put in by build/offline.ts. */
declare const PAGE_FILES: { url: string; revision: string | null }[];

/** What of ServiceWorkerGlobalScope is needed here: TypeScript's own declarations of it clash with those of a page. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly { url: string }[]>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'activate', listen: (event: { waitUntil(done: Promise<unknown>): void }) => void): void;
  addEventListener(type: 'message', listen: (event: AskedToTakeOver) => void): void;
}

interface AskedToTakeOver {
  readonly data: ToNewVersion;
  readonly source: { postMessage(answer: FromNewVersion): void } | null;
  waitUntil(done: Promise<unknown>): void;
}

const worker = self as unknown as Scope;

/*
 * The page works offline after its first visit: all of its files are kept, and come from there. Of a new version only
 * what has changed is loaded, beside what is in use; it takes over when no page of the old one is open any more, or
 * when the only open one asks for it. A page therefore never meets the files of another version.
 */
precacheAndRoute(PAGE_FILES, { ignoreURLParametersMatching: [/./], cleanURLs: false });

// The first visit's own page is served from here too, so that a view which it opens later is there without a network.
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(takeOver(event));
});

async function takeOver({ source }: AskedToTakeOver): Promise<void> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const ours = pages.filter(({ url }) => url.startsWith(worker.registration.scope));
  if (ours.length > 1) source?.postMessage('other pages are open');
  else await worker.skipWaiting();
}
