import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => {
  const path = { slug: params.board };
  const [boards, threads] = await Promise.all([
    ask(api(fetch).GET('/api/v1/boards')),
    ask(api(fetch).GET('/api/v1/boards/{slug}/threads', { params: { path } })),
  ]);
  if (boards.problem) failPage(boards.problem);
  if (threads.problem) failPage(threads.problem);
  const board = boards.data.items.find((one) => one.slug === params.board);
  if (!board) failPage({ title: '', status: 404, code: 'not_found' });
  return { section: 'nav.forum', board, threads: threads.data };
};
