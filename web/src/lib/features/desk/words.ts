import { page } from '$app/state';
import { tCode } from '#lib/i18n/index.ts';

/** Category of a case in words. */
export const categoryWord = (code: string) => tCode('desk.category', code) ?? code;

/** Reason of a report in the community's own words. */
export function reasonWord(code: string): string {
  const own = page.data.community.report_reasons.find((reason) => reason.id === code);
  return own?.label ?? categoryWord(code);
}

/** A house rule by its id, in the community's own words. */
export function ruleWord(id: string): string {
  return page.data.community.rules.find((rule) => rule.id === id)?.text ?? id;
}

/** Categories that are not shown until somebody asks for them. */
export const GRAVE = ['danger', 'confidentiality', 'grooming', 'self_harm_content'];
