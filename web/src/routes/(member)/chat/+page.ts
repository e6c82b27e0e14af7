import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { me } = await parent();
  if (!me) return { section: 'nav.chat', rooms: null };
  const { data, problem } = await ask(api(fetch).GET('/api/v1/rooms'));
  if (problem) failPage(problem);
  return { section: 'nav.chat', rooms: data.items };
};
