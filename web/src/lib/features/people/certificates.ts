import type { CertificateCode } from '#lib/api/staff.ts';
import type { Me } from '#lib/api/types.ts';

/** The kinds of training that are recorded. */
export const CERTIFICATES: CertificateCode[] = ['danger', 'confidentiality', 'grooming'];

/** What somebody is trained in today. */
export function certificatesOf(me: Me, now = Date.now()): CertificateCode[] {
  const own = (
    me as Me & { certificates?: { category: CertificateCode; expires_at: string | null }[] }
  ).certificates;
  return (own ?? [])
    .filter(({ expires_at }) => !expires_at || Date.parse(expires_at) > now)
    .map(({ category }) => category);
}
