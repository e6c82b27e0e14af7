import { page } from '$app/state';
import { currentLang, type Key, loadMessages, words } from './index.ts';
import { type Params, translate } from './translate.ts';

/** The texts of dialogs, which come with the first of them: answers what gives the text for a key. */
export async function dialogTexts(): Promise<(key: Key, params?: Params) => string> {
  const messages = await loadMessages('dialog', currentLang());
  return (key, params) => translate(messages, words(), page.data.lang, key, params);
}
