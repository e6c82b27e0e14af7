import { createContext } from 'svelte';

/**
 * What somebody has begun to write and not sent, by place. In memory only: it survives a look at another
 * page, and is gone with the tab. Phones are shared.
 */
export class Drafts {
  #texts = new Map<string, string>();

  get(place: string): string {
    return this.#texts.get(place) ?? '';
  }
  keep(place: string, text: string): void {
    if (text.trim()) this.#texts.set(place, text);
    else this.#texts.delete(place);
  }
}

export const [useDrafts, setDrafts] = createContext<Drafts>();
