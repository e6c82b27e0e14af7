import type { Finding } from '#lib/api/types.ts';

/** What a person may need somebody for, by the codes of screening. */
const HELP = ['suicide', 'self_harm', 'abuse', 'overdose', 'running_away', 'method_info', 'pro_ed'];

/** Whether the one who wrote it should see where help is. */
export function callsForHelp(findings: Finding[]): boolean {
  return findings.some(({ category }) => HELP.includes(category));
}

/** The server's words for what was found, each of them once. */
export function reasonsOf(findings: Finding[]): string[] {
  return [...new Set(findings.flatMap(({ reason }) => (reason ? [reason] : [])))];
}
