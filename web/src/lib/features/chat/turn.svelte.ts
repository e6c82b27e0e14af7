import { refreshAll } from '$app/navigation';

/** Readers do not all ask in the same second. */
const SPREAD_MS = 60_000;
/** Timers cannot wait longer. */
const LONGEST_MS = 2 ** 31 - 1;

/** How long to wait for the first of these times that is still to come; null where none is. */
export function untilNext(times: (string | null | undefined)[], now = Date.now()): number | null {
  const coming = times.map((time) => Date.parse(time ?? '')).filter((time) => time > now);
  return coming.length ? Math.min(...coming) - now : null;
}

/** Reads the page again when a room opens or closes by its hours: who has it open is not told otherwise. */
export function refreshAtTurn(times: () => (string | null | undefined)[]): void {
  $effect(() => {
    const wait = untilNext(times());
    if (wait === null || wait > LONGEST_MS - SPREAD_MS) return;
    const timer = setTimeout(() => void refreshAll(), wait + Math.random() * SPREAD_MS);
    return () => clearTimeout(timer);
  });
}
