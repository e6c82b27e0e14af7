import { createContext } from 'svelte';
import type { LineState, LiveSocket } from './socket.svelte.ts';

/**
 * The page's way to its one live connection. The connection's code is fetched when something first needs
 * it, so that a reader with a slow line has the text before anything else.
 */
export class Live {
  #socket = $state.raw<LiveSocket | null>(null);
  #coming: Promise<LiveSocket> | null = null;
  #onEnd: () => void;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get state(): LineState {
    return this.#socket?.state ?? 'idle';
  }

  /**
   * Does something with the connection as soon as it is there. `use` answers how to stop it; so does this,
   * also before the connection has come.
   */
  with(use: (socket: LiveSocket) => () => void): () => void {
    let stop: (() => void) | null = null;
    let stopped = false;
    void this.get().then((socket) => {
      if (!stopped) stop = use(socket);
    });
    return () => {
      stopped = true;
      stop?.();
    };
  }

  online(): void {
    this.#socket?.online();
  }
  offline(): void {
    this.#socket?.offline();
  }
  renew(): void {
    this.#socket?.renew();
  }
  stop(): void {
    this.#socket?.stop();
  }

  /** The connection itself, for a page that is nothing without it. */
  async get(): Promise<LiveSocket> {
    this.#coming ??= import('./socket.svelte.ts').then(
      ({ LiveSocket }) => (this.#socket = new LiveSocket(() => this.#onEnd())),
    );
    return this.#coming;
  }
}

export const [useLive, setLive] = createContext<Live>();
