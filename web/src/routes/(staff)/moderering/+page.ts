import { type CaseFilter, requireRole } from '#lib/api/staff.ts';
import { failPage } from '#lib/api/problem.ts';
import { readCases, readCounts } from '#lib/features/desk/queue.svelte.ts';
import type { PageLoad } from './$types';

const NAMES = ['state', 'level', 'source', 'category'] as const;

export const load: PageLoad = async ({ fetch, url, parent }) => {
  const { me } = await parent();
  const reader = requireRole(me, url, 'moderator', 'coordinator');
  const filter: CaseFilter = {};
  for (const name of NAMES) {
    const value = url.searchParams.get(name);
    if (value) filter[name] = value;
  }
  const [page, counts] = await Promise.all([readCases(fetch, filter), readCounts(fetch)]);
  if (page.problem && page.problem.code !== 'offline') failPage(page.problem);
  return {
    section: 'desk.title',
    me: reader,
    filter,
    first: page.data,
    counts: counts.data,
    problem: page.problem,
  };
};
