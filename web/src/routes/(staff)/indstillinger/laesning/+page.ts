import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { loadMessages } from '#lib/i18n/index.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent, depends }) => {
  depends('app:screening');
  const { messages, lang } = await parent();
  const [reading, { data, problem }] = await Promise.all([
    loadMessages('reading', lang),
    ask(api(fetch).GET('/api/v1/screening/settings')),
  ]);
  if (problem) failPage(problem);
  return { settings: data, messages: { ...messages, ...reading } };
};
