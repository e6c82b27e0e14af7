import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { CommunityPage } from '#lib/api/types.ts';

type Fetch = typeof globalThis.fetch;

/** A page that the community writes itself: about, safety, privacy, help. */
export async function readPage(fetch: Fetch, slug: string): Promise<CommunityPage> {
  const { data, problem } = await ask(
    api(fetch).GET('/api/v1/community/pages/{page}', { params: { path: { page: slug } } }),
  );
  if (problem) failPage(problem);
  return data;
}
