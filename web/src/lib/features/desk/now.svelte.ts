import { createSubscriber } from 'svelte/reactivity';

const TICK_MS = 10_000;

/** The time now, for due times that count down: one tick for all who look, none when nobody does. */
class Now {
  #looked = createSubscriber((update) => {
    const timer = setInterval(update, TICK_MS);
    return () => clearInterval(timer);
  });

  get ms(): number {
    this.#looked();
    return Date.now();
  }
}

export const now = new Now();
