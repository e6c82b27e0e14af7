import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => {
  const path = { slug: params.board };
  const [board, threads] = await Promise.all([
    ask(api(fetch).GET('/api/v1/boards/{slug}', { params: { path } })),
    ask(api(fetch).GET('/api/v1/boards/{slug}/threads', { params: { path } })),
  ]);
  if (board.problem) failPage(board.problem);
  if (threads.problem) failPage(threads.problem);
  return { section: 'nav.forum', board: board.data, threads: threads.data };
};
