import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { requireRole } from '#lib/api/staff.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, parent }) => {
  const { me } = await parent();
  const reader = requireRole(me, url, 'coordinator');
  const q = url.searchParams.get('q') ?? '';
  const role = url.searchParams.get('role') ?? '';
  const query = { ...(q ? { q } : {}), ...(role ? { role } : {}) };
  const { data, problem } = await ask(api(fetch).GET('/api/v1/people', { params: { query } }));
  if (problem) failPage(problem);
  return { section: 'people.title', me: reader, q, role, query, people: data };
};
