import { t } from '#lib/i18n/index.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

/** A time in whole minutes, in the unit in which people would say it. */
export function duration(minutes: number): string {
  if (minutes < 1) return t('year.at_once');
  if (minutes < 2 * HOUR) return t('year.minutes', { count: minutes });
  if (minutes < 2 * DAY) return t('year.hours', { count: Math.round(minutes / HOUR) });
  return t('year.days', { count: Math.round(minutes / DAY) });
}
