import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { comments } from '#lib/features/discussion/source.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => {
  const { data: post, problem } = await ask(
    api(fetch).GET('/api/v1/posts/{id}', { params: { path: { id: params.slug } } }),
  );
  if (problem) failPage(problem);
  const source = comments(post.id, fetch);
  const first = await source.list(undefined, 100);
  if (first.problem) failPage(first.problem);
  return { section: 'nav.blog', post, first: first.data };
};
