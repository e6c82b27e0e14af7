import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { requireRole } from '#lib/api/staff.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, parent }) => {
  const { me } = await parent();
  requireRole(me, url, 'moderator', 'coordinator');
  const { data, problem } = await ask(api(fetch).GET('/api/v1/me/consults'));
  if (problem) failPage(problem);
  return { section: 'desk.title', asked: data.items };
};
