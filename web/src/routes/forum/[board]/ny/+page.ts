import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => {
  const { data, problem } = await ask(api(fetch).GET('/api/v1/boards'));
  if (problem) failPage(problem);
  const board = data.items.find((one) => one.slug === params.board);
  if (!board) failPage({ title: '', status: 404, code: 'not_found' });
  return { section: 'nav.forum', board };
};
