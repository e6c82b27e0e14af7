import type { Me } from '#lib/api/types.ts';

/** The kinds of training that are recorded. */
export const CERTIFICATES: string[] = ['danger', 'confidentiality', 'grooming'];

/** What somebody is trained in today. */
export function certificatesOf(me: Me, now = Date.now()): string[] {
  const held = me.certificates.filter(
    ({ expires_at }) => !expires_at || Date.parse(expires_at) > now,
  );
  return CERTIFICATES.filter((code) => held.some(({ category }) => category === code));
}
