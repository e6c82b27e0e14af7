import { api, ask } from './client.ts';
import type { Author, Community, Me, Role, TextState } from './types.ts';

type Fetch = typeof globalThis.fetch;

/** What the frame of the site needs to know when the server cannot say it. */
const UNKNOWN: Community = {
  name: 'Ligesind',
  short_name: 'Ligesind',
  tagline: '',
  leave_url: '',
  minimum_age: 0,
  version: 0,
  time_zone: 'Europe/Copenhagen',
  controller_name: null,
  controller_contact: null,
  role_explanations: {},
  role_words: {},
  rules: [],
  rules_note: '',
  chat_ground_rules: [],
  chat_ground_rules_intro: '',
  consents: {},
  report_dialog: {},
  report_reasons: [],
  decision_texts: null,
  help_lines: [],
  opening: null,
};

/** The community's own words, rules and help lines; bare defaults while the server is out of reach. */
export async function readCommunity(fetch: Fetch): Promise<Community> {
  const { data } = await ask(api(fetch).GET('/api/v1/community'));
  return (data as unknown as Community | null) ?? UNKNOWN;
}

/**
 * Whether the server said with the page that no session came along (`Server-Timing: visitor`, since a
 * page cannot read other headers of its own). Then asking would only be answered by 401.
 */
let visitor = (performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]).some(
  (entry) => entry.serverTiming?.some(({ name }) => name === 'visitor'),
);

/** Who was signed in when this page last heard. */
let known: Me | null = null;
/** Where somebody was when their session ended by itself, or was ended elsewhere. */
let ended: string | null = null;

/** Somebody has signed in or joined on this page: from now on it is worth asking. */
export function signedIn(): void {
  visitor = false;
  ended = null;
}

/** Somebody has signed out on this page. */
export function signedOut(): void {
  visitor = true;
  known = null;
}

/** The page on which a session ended without its person having signed out here; null: none has. */
export function endedAt(): string | null {
  return ended;
}

/** Whether this page knows by itself that nobody is signed in. */
export function isSignedOut(): boolean {
  return visitor;
}

/** Who is signed in here, or null. No answer says nothing of that: whoever was here still is. */
export async function readMe(fetch: Fetch): Promise<Me | null> {
  if (visitor) return null;
  const { data, problem } = await ask(api(fetch).GET('/api/v1/me'));
  if (problem && problem.status !== 401) return known;
  if (data) ended = null;
  else if (known) ended = location.pathname;
  return (known = data);
}

/** Whether somebody has one of these roles. For what to show only: the server decides what one may do. */
export function has(me: Me | null, ...roles: Role[]): boolean {
  return me?.roles.some((role) => roles.includes(role as Role)) ?? false;
}

/** Whether a text was written in another role than that of a plain participant. */
export function isStaff(author: Author | null | undefined): boolean {
  return Boolean(author && author.role !== 'participant');
}

/** Whether others can read a text in this state: only then can anybody answer it. */
export const isOut = (state: TextState) => state === 'live' || state === 'redacted';

/** Whether somebody may write: signed in, has said yes to the handling of what they write, owes no pledge. */
export function mayWrite(me: Me | null): boolean {
  return Boolean(me?.consented_at) && !me?.pledge_asked_at;
}
