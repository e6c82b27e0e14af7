import { untrack } from 'svelte';
import { page } from '$app/state';
import { api, ask } from '#lib/api/client.ts';
import type { HelpLine } from '#lib/api/types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Not all screens ask in the same second when a place opens or closes. */
const SPREAD_MS = 30_000;

/** When it opens or closes next; NaN where nobody knows of any such moment. */
const turnOf = ({ state, opens_at, closes_at }: HelpLine) =>
  Date.parse((state === 'open' ? closes_at : opens_at) ?? '');

/**
 * How a place to get help stands, as the server has reckoned it; null where nobody knows, or where that was so long ago
 * that it has opened or closed since: a page may have been kept for when there is no line.
 */
export function standingOf(line: HelpLine, now: number): 'open' | 'closed' | null {
  if (turnOf(line) <= now) return null;
  return line.state === 'open' || line.state === 'closed' ? line.state : null;
}

/**
 * The places to get help, those that answer now first. While somebody looks at them they follow the clock: when one opens
 * or closes they are read again, and so they are when the page is looked at again after such a moment.
 */
export class HelpLines {
  /** The time, in milliseconds: right to the minute, and at each moment when one of them opens or closes. */
  now = $state(Date.now());
  #fresh = $state.raw<{ lang: string; lines: HelpLine[] } | null>(null);
  #seen = $state(true);
  /** How long to wait with reading what is behind, in milliseconds. */
  #wait = $state(0);
  /** One has opened or closed since they were read, or they never came. */
  #behind = $derived(!this.lines.length || this.lines.some((line) => turnOf(line) <= this.now));

  constructor() {
    $effect(() => {
      const look = () => {
        this.#seen = document.visibilityState === 'visible';
        this.now = Date.now();
        this.#wait = this.#behind ? 0 : Math.random() * SPREAD_MS;
      };
      untrack(look);
      document.addEventListener('visibilitychange', look);
      addEventListener('online', look);
      return () => {
        document.removeEventListener('visibilitychange', look);
        removeEventListener('online', look);
      };
    });
    $effect(() => {
      if (!this.#seen) return;
      const turns = this.lines.map((line) => turnOf(line) - this.now).filter((wait) => wait > 0);
      const timer = setTimeout(() => (this.now = Date.now()), Math.min(MINUTE_MS, ...turns));
      return () => clearTimeout(timer);
    });
    $effect(() => {
      if (!this.#seen || !this.#behind) return;
      const timer = setTimeout(() => void this.#read(), this.#wait);
      return () => clearTimeout(timer);
    });
  }

  get lines(): HelpLine[] {
    const known = this.#fresh?.lang === page.data.lang ? this.#fresh?.lines : null;
    return known ?? page.data.community.help_lines;
  }

  async #read(): Promise<void> {
    const lang = page.data.lang;
    const { data } = await ask(api().GET('/api/v1/community'));
    if (data) this.#fresh = { lang, lines: data.help_lines };
    this.now = Date.now();
    // Still behind: no line, or a clock that is fast. Each next try waits longer.
    this.#wait = this.#behind
      ? Math.min(Math.max(this.#wait * 2, MINUTE_MS), HOUR_MS)
      : Math.random() * SPREAD_MS;
  }
}
