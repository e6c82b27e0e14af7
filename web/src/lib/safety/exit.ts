/**
 * Leaving in a hurry. Shift three times, as on GOV.UK (whose idea this is): Escape closes dialogs, stops
 * loading and belongs to assistive technology, so it is not used.
 */

/** Where "leave" goes when the community has chosen nothing: a weather page anybody could be reading. */
export const DEFAULT_TARGET = 'https://www.dmi.dk/';
const PRESSES = 3;
const PATIENCE_MS = 5000;

/** Only ordinary web addresses; anything else falls back to the default. */
export function safeTarget(wanted: string | null | undefined): string {
  try {
    const url = new URL(wanted ?? '');
    return url.protocol === 'https:' ? url.href : DEFAULT_TARGET;
  } catch {
    return DEFAULT_TARGET;
  }
}

export type Press = { left: number } | null;

/** Counts presses of Shift alone. A Shift held for a capital letter is no press. */
export class ShiftCounter {
  #count = 0;
  #alone = false;
  #last = 0;

  /** A key went down. */
  down(key: string, repeat: boolean): void {
    if (key === 'Shift') {
      if (!repeat) this.#alone = true;
    } else {
      this.#alone = false;
      this.#count = 0;
    }
  }

  /** A key went up: answers how many presses are left, or null when it was no press. */
  up(key: string, now: number): Press {
    if (key !== 'Shift' || !this.#alone) return null;
    this.#alone = false;
    if (this.expired(now)) this.#count = 0;
    this.#last = now;
    this.#count += 1;
    const left = PRESSES - this.#count;
    if (left <= 0) this.#count = 0;
    return { left };
  }

  /** Whether a begun count has waited too long. */
  expired(now: number): boolean {
    return this.#count > 0 && now - this.#last > PATIENCE_MS;
  }

  /** Forgets a begun count; answers whether there was one. */
  reset(): boolean {
    const begun = this.#count > 0;
    this.#count = 0;
    return begun;
  }
}

/** Blanks the page at once, forgets what the tab kept, and puts another page in this one's place. */
export function leave(target: string): void {
  document.title = ' ';
  document.documentElement.hidden = true;
  try {
    sessionStorage.clear();
  } catch {
    // No storage: nothing to forget.
  }
  location.replace(target);
}

/** Listens for the key and for a page that the browser brings back. Answers how to stop. */
export function watchForExit(
  target: () => string,
  announce: (press: { left: number } | 'timeout') => void,
): () => void {
  const counter = new ShiftCounter();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const down = (event: KeyboardEvent) => counter.down(event.key, event.repeat);
  const up = (event: KeyboardEvent) => {
    const press = counter.up(event.key, Date.now());
    if (!press) return;
    clearTimeout(timer);
    announce(press);
    if (press.left <= 0) return leave(target());
    timer = setTimeout(() => counter.reset() && announce('timeout'), PATIENCE_MS);
  };
  const back = (event: PageTransitionEvent) => {
    if (event.persisted) location.reload();
  };
  addEventListener('keydown', down, true);
  addEventListener('keyup', up, true);
  addEventListener('pageshow', back);
  return () => {
    clearTimeout(timer);
    removeEventListener('keydown', down, true);
    removeEventListener('keyup', up, true);
    removeEventListener('pageshow', back);
  };
}
