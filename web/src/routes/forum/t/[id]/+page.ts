import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { replies } from '#lib/features/discussion/source.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => {
  const [thread, first] = await Promise.all([
    ask(api(fetch).GET('/api/v1/threads/{id}', { params: { path: { id: params.id } } })),
    replies(params.id, fetch).list(undefined, 100),
  ]);
  if (thread.problem) failPage(thread.problem);
  if (first.problem) failPage(first.problem);
  return { section: 'nav.forum', thread: thread.data, first: first.data };
};
