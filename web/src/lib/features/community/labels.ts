import { page } from '$app/state';
import { tCode, words } from '#lib/i18n/index.ts';
import { categoryWord } from '#lib/features/desk/words.ts';

const ROLES = ['visitor', 'participant', 'peer_supporter', 'moderator', 'coordinator'];

/** What a part of a document is called on the page, by its key and where it stands. */
export function partLabel(key: string, path: string): string {
  if (ROLES.includes(key)) return defaultRole(key);
  const parent = /(\w+)\.\w+$/.exec(path)?.[1];
  if (parent === 'actions')
    return tCode('desk.action', key) ?? tCode('desk.sanction', key) ?? tCode('doc', key) ?? key;
  if (parent === 'categories') return categoryWord(key);
  return tCode('doc', key) ?? key;
}

function defaultRole(key: string): string {
  const word = words()[key]?.['one'] ?? key;
  return word.charAt(0).toLocaleUpperCase(page.data.lang) + word.slice(1);
}
