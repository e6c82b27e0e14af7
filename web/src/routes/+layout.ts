import { readCommunity, readMe } from '#lib/api/session.ts';
import { currentLang, loadMessages } from '#lib/i18n/index.ts';
import type { LayoutLoad } from './$types';

export const ssr = false;
export const prerender = false;

export const load: LayoutLoad = async ({ fetch, depends }) => {
  depends('app:me');
  const lang = currentLang();
  const [messages, community, me] = await Promise.all([
    loadMessages('core', lang),
    readCommunity(fetch),
    readMe(fetch),
  ]);
  // Whoever is signed in may write anywhere: they have the words for it too.
  const more = me ? await loadMessages('member', lang) : {};
  return { lang, messages: { ...messages, ...more }, community, me };
};
