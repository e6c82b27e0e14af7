import { page } from '$app/state';
import type da from './da.ts';
import type daDesk from './da.desk.ts';
import type daDialog from './da.dialog.ts';
import type daFront from './da.front.ts';
import type daHelp from './da.help.ts';
import type daJoin from './da.join.ts';
import type daMember from './da.member.ts';
import type daOpen from './da.open.ts';
import type daReading from './da.reading.ts';
import type daStaff from './da.staff.ts';
import type daTraining from './da.training.ts';
import { type Messages, type Params, translate, type Words } from './translate.ts';

export type Lang = 'da' | 'en';
export type Key =
  | keyof typeof da
  | keyof typeof daDesk
  | keyof typeof daDialog
  | keyof typeof daFront
  | keyof typeof daHelp
  | keyof typeof daJoin
  | keyof typeof daMember
  | keyof typeof daOpen
  | keyof typeof daReading
  | keyof typeof daStaff
  | keyof typeof daTraining;
/** `core` is loaded on every page, the others by the part of the site that needs them. */
export type Area =
  'core' | 'desk' | 'dialog' | 'front' | 'help' | 'join' | 'member' | 'reading' | 'staff';

type Loader = () => Promise<{ default: Messages; roles?: Words }>;
const loaders: Record<Area, Record<Lang, Loader>> = {
  core: { da: () => import('./da.ts'), en: () => import('./en.ts') },
  dialog: { da: () => import('./da.dialog.ts'), en: () => import('./en.dialog.ts') },
  front: { da: () => import('./da.front.ts'), en: () => import('./en.front.ts') },
  help: { da: () => import('./da.help.ts'), en: () => import('./en.help.ts') },
  join: { da: () => import('./da.join.ts'), en: () => import('./en.join.ts') },
  member: { da: () => import('./da.member.ts'), en: () => import('./en.member.ts') },
  staff: { da: () => import('./da.staff.ts'), en: () => import('./en.staff.ts') },
  desk: { da: () => import('./da.desk.ts'), en: () => import('./en.desk.ts') },
  reading: { da: () => import('./da.reading.ts'), en: () => import('./en.reading.ts') },
};

/** The language of this page; the head script has already put the reader's choice there. */
export function currentLang(): Lang {
  return document.documentElement.lang === 'en' ? 'en' : 'da';
}

/** Texts of one area in the reader's language. Only what is asked for is fetched. */
export async function loadMessages(area: Area, lang = currentLang()): Promise<Messages> {
  return (await loaders[area][lang]()).default;
}

/** Role words of the language, until the community's own have come (and when the server cannot be reached). */
export async function loadWords(lang: Lang): Promise<Words> {
  return (await loaders.core[lang]()).roles ?? {};
}

/** Role words of the community over the defaults of the language. */
export function words(): Words {
  const own = (page.data.community?.role_words ?? {}) as unknown as Words;
  return { ...page.data.words, ...own };
}

/** The text for a key. Reads the page's data, so templates follow a change of language. */
export function t(key: Key, params: Params = {}): string {
  return translate(page.data.messages ?? {}, words(), page.data.lang ?? 'da', key, params);
}

/** The text for a key made at run time (a code of the server), or null where there is none. */
export function tCode(prefix: string, code: string | null | undefined): string | null {
  const key = `${prefix}.${code}`;
  return key in (page.data.messages ?? {}) ? t(key as Key) : null;
}
