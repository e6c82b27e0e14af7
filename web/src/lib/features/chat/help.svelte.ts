import { page } from '$app/state';
import { api, ask } from '#lib/api/client.ts';
import type { HelpLine } from '#lib/api/types.ts';

/** Timers cannot wait longer. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * How a place to get help stands, as the server has reckoned it; null where nobody knows, or where that was so long ago
 * that it has opened or closed since: a page may have been kept for when there is no line.
 */
export function standingOf(line: HelpLine, now: number): 'open' | 'closed' | null {
  const turn = line.state === 'open' ? line.closes_at : line.opens_at;
  if (turn && Date.parse(turn) <= now) return null;
  return line.state === 'open' || line.state === 'closed' ? line.state : null;
}

/** The places to get help, those that answer now first; read again when one of them opens or closes. */
export class HelpLines {
  #fresh = $state.raw<{ lang: string; lines: HelpLine[] } | null>(null);
  now = $state(Date.now());

  constructor() {
    $effect(() => {
      const turns = this.lines
        .map(({ opens_at, closes_at }) => Date.parse(opens_at ?? closes_at ?? ''))
        .filter((turn) => turn > this.now);
      const wait = Math.min(...turns) - this.now;
      if (wait > LONGEST_MS) return;
      // Not all screens in the same second.
      const timer = setTimeout(() => void this.#read(), wait + 1000 + Math.random() * 30_000);
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
    if (!data) {
      setTimeout(() => void this.#read(), 60_000);
      return;
    }
    this.#fresh = { lang, lines: data.help_lines };
    this.now = Date.now();
  }
}
