import { assets, immutable } from '$app/manifest';
import { self } from '$app/service-worker';

/*
 * Keeps the shell of the site for slow and lost lines: page frame, scripts, styles, fonts; and whom to call.
 * Never a page or an answer with somebody's words: phones are shared.
 */
const CACHE = 'shell';
const SHELL = '/200.html';
/** The community's own words about help: the same for everybody, and needed most where there is no line. */
const HELP = new Set(['/api/v1/community', '/api/v1/community/pages/help']);
const files = new Set([
  ...immutable.map((file) => `/${file.path.replace(/^\//, '')}`),
  ...assets.map((file) => `/${file.path.replace(/^\//, '')}`),
]);

self.addEventListener('install', (event) => {
  const take = async () => {
    const cache = await caches.open(CACHE);
    await cache.add(new Request(SHELL, { cache: 'reload' }));
    await self.skipWaiting();
  };
  event.waitUntil(take());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) {
      const { pathname } = new URL(request.url);
      if (pathname !== SHELL && !files.has(pathname)) await cache.delete(request);
    }
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

/** Files with a hash in their name never change: from the cache, else from the net and into the cache. */
async function file(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** Pages come from the net; without one, the bare shell, which then says that the line is gone. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (problem) {
    const shell = await (await caches.open(CACHE)).match(SHELL);
    if (shell) return shell;
    throw problem;
  }
}

/** From the net, and as it was last told where there is none. */
async function help(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(new URL(request.url).pathname, answer.clone());
    return answer;
  } catch (problem) {
    const kept = await cache.match(new URL(request.url).pathname, { ignoreVary: true });
    if (kept) return kept;
    throw problem;
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (files.has(url.pathname)) event.respondWith(file(request));
  else if (HELP.has(url.pathname)) event.respondWith(help(request));
  else if (request.mode === 'navigate' && !url.pathname.startsWith('/api/'))
    event.respondWith(page(request));
});
