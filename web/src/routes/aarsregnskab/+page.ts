import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { loadMore } from '#lib/i18n/more.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { messages, lang } = await parent();
  const [open, { data, problem }] = await Promise.all([
    loadMore('open', lang),
    ask(api(fetch).GET('/api/v1/yearly-accounts')),
  ]);
  if (problem) failPage(problem);
  return { section: 'year.title', accounts: data.items, messages: { ...messages, ...open } };
};
