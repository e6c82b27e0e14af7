import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url }) => {
  const tag = url.searchParams.get('emne') ?? undefined;
  const { data, problem } = await ask(
    api(fetch).GET('/api/v1/posts', { params: { query: tag ? { tag } : {} } }),
  );
  if (problem) failPage(problem);
  return { section: 'nav.blog', posts: data, tag };
};
