import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url }) => {
  const tag = url.searchParams.get('emne') ?? undefined;
  const [posts, tags] = await Promise.all([
    ask(api(fetch).GET('/api/v1/posts', { params: { query: tag ? { tag } : {} } })),
    ask(api(fetch).GET('/api/v1/tags')),
  ]);
  if (posts.problem) failPage(posts.problem);
  return { section: 'nav.blog', posts: posts.data, tag, tags: tags.data?.items ?? [] };
};
