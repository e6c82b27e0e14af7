import { api, ask } from '#lib/api/client.ts';
import type { PageLoad } from './$types';

/** Help must come up also where the server does not: 112 stands in the page itself. */
export const load: PageLoad = async ({ fetch }) => {
  const { data } = await ask(
    api(fetch).GET('/api/v1/community/pages/{page}', { params: { path: { page: 'help' } } }),
  );
  return { section: 'help.title', text: data };
};
