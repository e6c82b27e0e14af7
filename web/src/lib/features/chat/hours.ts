import type { Opening, Room } from '#lib/api/types.ts';
import { t } from '#lib/i18n/index.ts';
import type { RoomFacts } from '#lib/realtime/frames.ts';
import { clock, near } from '#lib/ui/time.ts';

/** Names joined as people say them: "Signe, Jonas og Amina". */
export function joined(names: string[], lang: string): string {
  return new Intl.ListFormat(lang === 'en' ? 'en-GB' : 'da-DK', { type: 'conjunction' }).format(
    names,
  );
}

interface Times {
  opens_at?: string | null;
  closes_at?: string | null;
}

/** When an open room closes, as a clock; empty for a room that is always open. */
export function closes(room: Times, lang: string): string {
  return room.closes_at ? clock(new Date(room.closes_at), lang) : '';
}

/** When a closed room opens: "i morgen kl. 19.00". */
export function opens(room: Times, lang: string, now?: Date): string {
  return room.opens_at ? near(new Date(room.opens_at), lang, now) : '';
}

/** How a room stands, in words: "Åben til kl. 22.00". */
export function standing(room: Times & { state: string }, lang: string): string {
  if (room.state === 'open') {
    const until = closes(room, lang);
    return until ? t('chat.open.until', { time: until }) : t('chat.open');
  }
  const from = opens(room, lang);
  return from ? t('chat.closed.until', { time: from }) : t('chat.closed');
}

/** What a room says of how it stands, as its frames say it. */
export function factsOf(room: Room): RoomFacts {
  return {
    state: room.state === 'open' ? 'open' : 'closed',
    opens_at: room.opens_at ?? null,
    closes_at: room.closes_at ?? null,
    slow_mode_s: room.slow_mode_s,
    by_host: room.by_host,
  };
}

/** The next moment at which the clock shows `HH:MM`; null for anything else. */
export function nextAt(time: string, now = new Date()): Date | null {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const at = new Date(now);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  if (at <= now) at.setDate(at.getDate() + 1);
  return at;
}

/** A whole half hour about two hours from now, as a field for a time wants it. */
export function inTwoHours(now = new Date()): string {
  const at = new Date(now.getTime() + 2 * 3_600_000);
  at.setMinutes(at.getMinutes() < 30 ? 0 : 30);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Opening hours as people read them, day by day: "mandag 16.00–22.00". */
export function openingHours(hours: Opening['hours'], lang: string): string[] {
  const locale = lang === 'en' ? 'en-GB' : 'da-DK';
  // 1 January 2024 was a Monday.
  const name = (day: string) =>
    new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(
      Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day)),
    );
  const time = (clock: string) => (lang === 'en' ? clock : clock.replace(':', '.'));
  return hours
    .filter(({ weekday }) => WEEKDAYS.includes(weekday))
    .map(({ weekday, from, to }) => `${name(weekday)} ${time(from)}–${time(to)}`);
}
