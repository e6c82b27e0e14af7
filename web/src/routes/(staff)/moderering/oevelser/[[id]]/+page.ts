import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { requireRole } from '#lib/api/staff.ts';
import { loadMore } from '#lib/i18n/more.ts';
import type { PageLoad } from './$types';

/** This month's cases, or under `tal` how much the team agrees. */
export const load: PageLoad = async ({ fetch, params, url, parent }) => {
  const { me, messages, lang } = await parent();
  const figures = params.id === 'tal';
  if (params.id && !figures) failPage({ title: '', status: 404, code: 'not_found' });
  requireRole(me, url, ...(figures ? [] : (['moderator'] as const)), 'coordinator');
  const [words, cases, months] = await Promise.all([
    loadMore('training', lang),
    figures ? null : ask(api(fetch).GET('/api/v1/practice')),
    figures ? ask(api(fetch).GET('/api/v1/practice/figures')) : null,
  ]);
  const problem = cases?.problem ?? months?.problem;
  if (problem) failPage(problem);
  return {
    section: 'desk.title',
    practice: cases?.data ?? null,
    months: months?.data?.months ?? [],
    messages: { ...messages, ...words },
  };
};
