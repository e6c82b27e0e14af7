import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, depends }) => {
  depends('app:lines');
  const { data, problem } = await ask(api(fetch).GET('/api/v1/community/help-lines'));
  if (problem) failPage(problem);
  return { lines: data.items };
};
