import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { Known } from '#lib/features/community/settings.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }) => {
  const { data, problem } = await ask(api(fetch).GET('/api/v1/community'));
  if (problem) failPage(problem);
  return { known: data as Known };
};
