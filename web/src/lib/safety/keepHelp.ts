import { preloadData } from '$app/navigation';

/** What the page of help says beside what the site itself has: the same for everybody. */
const ANSWERS = ['/api/v1/community', '/api/v1/community/pages/help'];

/**
 * Has the service worker keep the page of help with all that it needs, once for each version of the site: somebody may
 * need it where there is no line. It takes what passes by, so it is enough to ask.
 */
export async function keepHelp(): Promise<void> {
  const workers = navigator.serviceWorker;
  await workers.ready;
  if (!workers.controller)
    await new Promise((resolve) =>
      workers.addEventListener('controllerchange', resolve, { once: true }),
    );
  if (await caches.match(ANSWERS[1] as string)) return;
  await preloadData('/hjaelp');
  // What came before there was a worker is in the browser's own store: asking costs nothing.
  const files = performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => /\/(?:_app\/immutable|fonts)\//.test(name));
  const headers = { 'accept-language': document.documentElement.lang };
  await Promise.all([
    ...files.map((file) => fetch(file)),
    ...ANSWERS.map((answer) => fetch(answer, { headers })),
  ]);
}
