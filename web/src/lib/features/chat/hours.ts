import { clock, near } from '#lib/ui/time.ts';
import type { Room } from '#lib/api/types.ts';

/** Names joined as people say them: "Signe, Jonas og Amina". */
export function joined(names: string[], lang: string): string {
  return new Intl.ListFormat(lang === 'en' ? 'en-GB' : 'da-DK', { type: 'conjunction' }).format(
    names,
  );
}

/** When an open room closes, as a clock; empty for a room that is always open. */
export function closes(room: Room, lang: string): string {
  return room.closes_at ? clock(new Date(room.closes_at), lang) : '';
}

/** When a closed room opens: "i morgen kl. 19.00". */
export function opens(room: Room, lang: string): string {
  return room.opens_at ? near(new Date(room.opens_at), lang) : '';
}
