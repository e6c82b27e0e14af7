import { ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { type Document, staffApi } from '#lib/api/staff.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url }) => {
  const lang = url.searchParams.get('sprog') === 'en' ? 'en' : 'da';
  const { data, problem } = await ask<Document>(
    staffApi(fetch).GET('/api/v1/community/documents/{kind}', {
      params: { path: { kind: params.kind }, query: { lang } },
    }),
  );
  if (problem) failPage(problem);
  return { document: data };
};
