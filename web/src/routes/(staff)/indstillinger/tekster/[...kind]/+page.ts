import { failPage } from '#lib/api/problem.ts';
import { readDocument } from '#lib/features/community/documents.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params, url }) => {
  const lang = url.searchParams.get('sprog') === 'en' ? 'en' : 'da';
  const { data, problem } = await readDocument(fetch, params.kind, lang);
  if (problem) failPage(problem);
  return { document: data };
};
