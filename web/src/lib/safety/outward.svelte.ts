import { createContext } from 'svelte';

/** A link that somebody wrote and a reader has chosen: where it leads, until the reader has decided. */
export class Outward {
  url = $state.raw<URL | null>(null);
}

export const [useOutward, setOutward] = createContext<Outward>();

/** Where a link leads if it leads out of this site, else null. */
export function outside(href: string | null, here: string): URL | null {
  try {
    const url = new URL(href ?? '');
    return /^https?:$/.test(url.protocol) && url.origin !== here ? url : null;
  } catch {
    return null;
  }
}
