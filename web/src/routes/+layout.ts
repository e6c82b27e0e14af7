import { endedAt, readCommunity, readMe } from '#lib/api/session.ts';
import { currentLang, loadMessages, loadWords } from '#lib/i18n/index.ts';
import type { LayoutLoad } from './$types';

export const ssr = false;
export const prerender = false;

export const load: LayoutLoad = async ({ fetch, depends }) => {
  depends('app:me');
  const lang = currentLang();
  const [messages, words, community, me] = await Promise.all([
    loadMessages('core', lang),
    loadWords(lang),
    readCommunity(fetch),
    readMe(fetch),
  ]);
  const ended = endedAt();
  // Whoever is signed in may write anywhere: they have the words for it too, and those for signing in again.
  const more =
    me || ended
      ? await Promise.all([loadMessages('join', lang), loadMessages('member', lang)])
      : [];
  return { lang, messages: Object.assign({}, messages, ...more), words, community, me, ended };
};
