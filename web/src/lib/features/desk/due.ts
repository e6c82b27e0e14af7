/** How long is left, or how long ago, in the words of the reader's language. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in whole units: "12 minutter", "71 timer", "4 dage". Hours as far as the 72 that the law counts. */
export function span(ms: number, lang: string): string {
  const length = Math.abs(ms);
  const [value, unit] =
    length < HOUR
      ? [Math.max(1, Math.floor(length / MINUTE)), 'minute']
      : length <= 3 * DAY
        ? [Math.floor(length / HOUR), 'hour']
        : [Math.floor(length / DAY), 'day'];
  return new Intl.NumberFormat(lang === 'en' ? 'en-GB' : 'da-DK', {
    style: 'unit',
    unit: unit as string,
    unitDisplay: 'long',
  }).format(value as number);
}

/** How far a due time is away; `over` when it has passed. */
export function due(at: string, now: number): { over: boolean; soon: boolean; ms: number } {
  const ms = Date.parse(at) - now;
  return { over: ms <= 0, soon: ms > 0 && ms <= 15 * MINUTE, ms };
}
