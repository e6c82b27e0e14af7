const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** How long to wait before try number `attempt` (from 0): doubled each time, with half of it left to chance. */
export function backoff(attempt: number, chance: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}

const GATHER_MS = 300;
const SPREAD_MS = 5000;

/** The server goes away with everybody on it: they come back over some seconds, not all in the same moment. */
export function spread(chance: number): number {
  return Math.round(GATHER_MS + SPREAD_MS * chance);
}

/** What a close code means for the next step. */
export function afterClose(
  code: number,
): 'resume' | 'slow' | 'signed_out' | 'suspended' | 'spread' | 'retry' {
  switch (code) {
    case 1001:
      return 'spread';
    case 4001:
      return 'signed_out';
    case 4003:
      return 'suspended';
    case 4008:
      return 'resume';
    case 4029:
      return 'slow';
    default:
      return 'retry';
  }
}
