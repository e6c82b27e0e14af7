import { readPage } from '#lib/features/community/page.ts';
import { loadMessages } from '#lib/i18n/index.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const [{ messages, lang }, text] = await Promise.all([parent(), readPage(fetch, 'safety')]);
  // The setting on this page has its words among those of one's own page.
  const more = await loadMessages('member', lang);
  return { section: 'foot.safety', text, messages: { ...messages, ...more } };
};
