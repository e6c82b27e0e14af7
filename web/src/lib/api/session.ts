import { api, ask } from './client.ts';
import type { Community, Me, Role } from './types.ts';

type Fetch = typeof globalThis.fetch;

/** What the frame of the site needs to know when the server cannot say it. */
const UNKNOWN: Community = { name: 'Ligesind', role_words: {}, rules: [], help_lines: [] };

/** The community's own words, rules and help lines; bare defaults while the server is out of reach. */
export async function readCommunity(fetch: Fetch): Promise<Community> {
  const { data } = await ask(api(fetch).GET('/community'));
  return data ?? UNKNOWN;
}

/** Who is signed in here, or null. */
export async function readMe(fetch: Fetch): Promise<Me | null> {
  const { data } = await ask(api(fetch).GET('/me'));
  return data;
}

/** Whether somebody has one of these roles. For what to show only: the server decides what one may do. */
export function has(me: Me | null, ...roles: Role[]): boolean {
  return me?.roles.some((role) => roles.includes(role)) ?? false;
}

/** Whether somebody may write: signed in, and has said yes to the handling of what they write. */
export function mayWrite(me: Me | null): boolean {
  return Boolean(me?.consented_at);
}
