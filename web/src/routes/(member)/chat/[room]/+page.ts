import { redirect } from '@sveltejs/kit';
import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, '/chat');
  const client = api(fetch);
  // The room first: the socket goes on from its `last_seq`, so nothing falls between it and the history.
  const rooms = await ask(client.GET('/rooms'));
  if (rooms.problem) failPage(rooms.problem);
  const room = rooms.data.items.find((one) => one.id === params.room || one.slug === params.room);
  if (!room) failPage({ title: '', status: 404, code: 'not_found' });
  const history = await ask(
    client.GET('/rooms/{id}/messages', { params: { path: { id: room.id }, query: { limit: 50 } } }),
  );
  if (history.problem) failPage(history.problem);
  return { section: 'nav.chat', fill: true, me, room, history: history.data };
};
