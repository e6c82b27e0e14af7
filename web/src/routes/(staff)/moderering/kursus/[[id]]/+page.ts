import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { requireRole } from '#lib/api/staff.ts';
import { loadMore } from '#lib/i18n/more.ts';
import type { PageLoad } from './$types';

const ID = /^[0-9a-f-]{36}$/;

/** All courses, or one: one page, since every address more is carried by every other page. */
export const load: PageLoad = async ({ fetch, params, url, parent, depends }) => {
  depends('app:course');
  const { me, messages, lang } = await parent();
  requireRole(me, url, 'moderator', 'coordinator');
  const from = url.searchParams.get('sag') ?? '';
  const [words, list, one] = await Promise.all([
    loadMore('training', lang),
    params.id ? null : ask(api(fetch).GET('/api/v1/courses')),
    params.id
      ? ask(
          api(fetch).GET('/api/v1/courses/{course}', {
            params: { path: { course: params.id } },
          }),
        )
      : null,
  ]);
  const problem = list?.problem ?? one?.problem;
  if (problem) failPage(problem);
  return {
    section: 'desk.title',
    courses: list?.data?.items ?? [],
    course: one?.data ?? null,
    /** The case that somebody could not take without the course. */
    from: ID.test(from) ? from : null,
    messages: { ...messages, ...words },
  };
};
