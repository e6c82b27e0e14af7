/** Times as people say them, made by the browser itself in the language of the page. */

const MINUTE = 60_000;
const DAY = 86_400_000;
const locale = (lang: string) => (lang === 'en' ? 'en-GB' : 'da-DK');

function format(lang: string, options: Intl.DateTimeFormatOptions, at: Date): string {
  return new Intl.DateTimeFormat(locale(lang), options).format(at);
}

/** "20.14" or "20:14". */
export function clock(at: Date, lang: string): string {
  return format(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, at);
}

/** "18. november 2026 kl. 20.14": whole, for titles and for screen readers. */
export function whole(at: Date, lang: string): string {
  return format(lang, { dateStyle: 'long', timeStyle: 'short' }, at);
}

/** "18. november", with the year only where it is another one. */
export function day(at: Date, lang: string, now = new Date()): string {
  const year = at.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return format(lang, { day: 'numeric', month: 'long', ...(year ? { year } : {}) }, at);
}

/** How long ago or when, roughly: minutes, hours, yesterday with the clock, then the date. */
export function near(at: Date, lang: string, now = new Date()): string {
  const past = now.getTime() - at.getTime();
  const relative = new Intl.RelativeTimeFormat(locale(lang), { numeric: 'auto' });
  if (Math.abs(past) < MINUTE) return relative.format(0, 'second');
  if (Math.abs(past) < 60 * MINUTE) return relative.format(-Math.round(past / MINUTE), 'minute');
  const midnight = (time: Date) => new Date(time).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(at)) / DAY);
  const hour = clock(at, lang);
  const word = lang === 'en' ? '' : 'kl. ';
  if (Math.abs(days) <= 1) return `${relative.format(-days, 'day')} ${word}${hour}`;
  if (Math.abs(days) < 7) return `${format(lang, { weekday: 'long' }, at)} ${word}${hour}`;
  return day(at, lang, now);
}
