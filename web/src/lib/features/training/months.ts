/** `2026-11` as people say it: "november 2026". */
export function monthWord(month: string, lang: string): string {
  const at = new Date(`${month}-15T12:00:00Z`);
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'da-DK', {
    month: 'long',
    year: 'numeric',
  }).format(at);
}

/** What may be chosen: reasons of a report, and what may be done with a text that stands. */
export const CATEGORIES = [
  'danger',
  'confidentiality',
  'grooming',
  'self_harm_content',
  'harassment',
  'hate',
  'spam',
  'other',
];
export const ACTIONS = ['dismiss', 'keep', 'redact', 'hide', 'remove', 'escalate'];
export const LEVELS = ['1', '2', '3', '4', '5'];
