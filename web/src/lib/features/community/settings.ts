import type { Community } from '#lib/api/types.ts';

/** The community as a coordinator reads it before changing name and settings. */
export type Known = Community;

/** The settings as they stand in the fields. */
export interface SettingsText {
  name: string;
  short_name: string;
  minimum_age: string;
  leave_url: string;
  time_zone: string;
  controller_name: string;
  controller_contact: string;
}

/** What is known, as the fields show it. */
export function formOf(known: Known): SettingsText {
  const { name, short_name, minimum_age, leave_url, time_zone } = known;
  return {
    name,
    short_name,
    minimum_age: String(minimum_age),
    leave_url,
    time_zone,
    controller_name: known.controller_name ?? '',
    controller_contact: known.controller_contact ?? '',
  };
}

/** Documents on the page of settings, in the order of the list. */
export const DOCUMENTS = [
  'tagline',
  'role_words',
  'role_explanations',
  'house_rules',
  'house_rules_note',
  'chat_ground_rules',
  'chat_ground_rules_intro',
  'opening',
  'pages/about',
  'pages/safety',
  'pages/privacy',
  'pages/help',
  'consents',
  'confidentiality_pledge',
  'moderation_guidance',
  'report_dialog',
  'report_reasons',
  'decision_texts',
  'courses/danger',
  'courses/confidentiality',
  'courses/grooming',
] as const;
