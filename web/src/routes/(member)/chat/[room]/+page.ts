import { redirect } from '@sveltejs/kit';
import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, parent, depends }) => {
  depends('app:room');
  const { me } = await parent();
  if (!me) redirect(303, '/chat');
  const client = api(fetch);
  // The room first: the socket goes on from its `last_seq`, so nothing falls between it and the history.
  const { data: room, problem } = await ask(
    client.GET('/api/v1/rooms/{id}', { params: { path: { id: params.room } } }),
  );
  if (problem) failPage(problem);
  if (!room.entered) return { section: 'nav.chat', me, room, history: null };
  const history = await ask(
    client.GET('/api/v1/rooms/{id}/messages', {
      params: { path: { id: room.id }, query: { limit: 50 } },
    }),
  );
  if (history.problem) failPage(history.problem);
  return { section: 'nav.chat', fill: true, me, room, history: history.data };
};
