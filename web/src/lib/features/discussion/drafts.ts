import { createContext } from 'svelte';
import { page } from '$app/state';
import type { RoomLog } from '#lib/realtime/room.svelte.ts';

/** What one account has begun on this page and not sent, by place. */
export class Begun {
  #texts = new Map<string, string>();
  /** Rooms that somebody left before all they said had gone out, by id. */
  readonly rooms = new Map<string, RoomLog>();

  get(place: string): string {
    return this.#texts.get(place) ?? '';
  }
  keep(place: string, text: string): void {
    if (text.trim()) this.#texts.set(place, text);
    else this.#texts.delete(place);
  }
}

/**
 * What somebody has begun to write and not sent. In memory only: it survives a look at another page, and is gone with
 * the tab. Phones are shared, so it belongs to an account: another one never sees it, and signing out forgets it. Where
 * a session ends by itself it waits for the same person.
 */
export class Drafts {
  #whose: string | null = null;
  #begun = new Begun();

  /** What this account has begun here; whatever another one had begun is forgotten. A visitor keeps nothing. */
  of(account: string | null | undefined): Begun {
    if (!account) return new Begun();
    if (account !== this.#whose) this.forget();
    this.#whose = account;
    return this.#begun;
  }

  /** The session has ended: nothing goes out in this account's name until it is back. */
  rest(): void {
    for (const room of this.#begun.rooms.values()) room.rest();
  }

  /** Somebody has signed out, or another account is here. */
  forget(): void {
    for (const room of this.#begun.rooms.values()) room.end();
    this.#begun = new Begun();
    this.#whose = null;
  }
}

const [drafts, setDrafts] = createContext<Drafts>();
export { setDrafts };

/** What the one who is signed in has begun. It stays theirs, whoever signs in while a component stands. */
export const useDrafts = (): Begun => drafts().of(page.data.me?.id);
