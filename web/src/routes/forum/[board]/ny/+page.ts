import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => {
  const { data: board, problem } = await ask(
    api(fetch).GET('/api/v1/boards/{slug}', { params: { path: { slug: params.board } } }),
  );
  if (problem) failPage(problem);
  return { section: 'nav.forum', board };
};
