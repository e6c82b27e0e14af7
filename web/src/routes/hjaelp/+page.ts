import { api, ask } from '#lib/api/client.ts';
import { loadMessages } from '#lib/i18n/index.ts';
import type { PageLoad } from './$types';

/** Help must come up also where the server does not: 112 stands in the page itself. */
export const load: PageLoad = async ({ fetch, parent }) => {
  const { messages, lang } = await parent();
  const [words, { data }] = await Promise.all([
    loadMessages('help', lang),
    ask(api(fetch).GET('/api/v1/community/pages/{page}', { params: { path: { page: 'help' } } })),
  ]);
  return { section: 'help.title', messages: { ...messages, ...words }, text: data };
};
