import { redirect } from '@sveltejs/kit';
import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, `/log-ind?fra=/skriv/${params.id}`);
  const { data, problem } = await ask(
    api(fetch).GET('/api/v1/posts/{id}', { params: { path: { id: params.id } } }),
  );
  if (problem) failPage(problem);
  // Only the author has the Markdown: for everybody else there is nothing to write here.
  if (data.body === undefined) failPage({ title: '', status: 404, code: 'not_found' });
  return { section: 'skriv.title', me, post: data };
};
