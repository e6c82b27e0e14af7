import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, depends }) => {
  depends('app:rooms');
  const { data, problem } = await ask(api(fetch).GET('/api/v1/rooms'));
  if (problem) failPage(problem);
  return { rooms: data.items };
};
