import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { requireRole } from '#lib/api/staff.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, parent }) => {
  const { me } = await parent();
  const reader = requireRole(me, url, 'moderator', 'coordinator');
  const { data, problem } = await ask(
    api(fetch).GET('/api/v1/cases/{id}', { params: { path: { id: params.case } } }),
  );
  if (problem) failPage(problem);
  return { section: 'desk.title', me: reader, detail: data };
};
