import { redirect } from '@sveltejs/kit';
import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url, parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, `/log-ind?fra=${encodeURIComponent(url.pathname)}`);
  const { data, problem } = await ask(
    api(fetch).GET('/api/v1/me/letters/{id}', { params: { path: { id: params.id } } }),
  );
  if (problem) failPage(problem);
  return { section: 'nav.me', letter: data };
};
