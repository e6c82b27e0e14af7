import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { loadMore } from '#lib/i18n/more.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, parent }) => {
  const { messages, lang } = await parent();
  const [open, { data, problem }] = await Promise.all([
    loadMore('open', lang),
    ask(api(fetch).GET('/api/v1/diplomas/{code}', { params: { path: { code: params.id } } })),
  ]);
  // A code that nobody has is an answer too, and has words of its own.
  if (problem && problem.status !== 404) failPage(problem);
  return { section: 'diploma.title', diploma: data, messages: { ...messages, ...open } };
};
