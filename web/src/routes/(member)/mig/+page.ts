import { redirect } from '@sveltejs/kit';
import { api, ask } from '#lib/api/client.ts';
import { NEWS } from '#lib/features/accounts/section.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, '/log-ind?fra=/mig');
  const client = api(fetch);
  const [news, decisions, sessions] = await Promise.all([
    ask(client.GET('/api/v1/me/notifications', { params: { query: { limit: NEWS } } })),
    ask(client.GET('/api/v1/me/decisions')),
    ask(client.GET('/api/v1/sessions')),
  ]);
  return {
    section: 'me.title',
    me,
    news: news.data,
    decisions: decisions.data,
    sessions: sessions.data,
    problem: decisions.problem,
  };
};
