import type { Target } from './frames.ts';
import { useLive } from './live.svelte.ts';

/** What was taken away must be off the screen by then, read anew or not. */
const FORGET_MS = 600;

interface Watcher {
  /** Reads the page again. */
  read: () => Promise<unknown>;
  /** Takes one text off the screen and out of memory; answers whether it was there by itself. */
  drop: (target: Target) => boolean;
  /** Takes everything that others wrote off the screen and out of memory. */
  forget: () => void;
}

/**
 * Keeps a page watched while the component is shown. After a change it is read again a moment later,
 * spread by chance, so that a full room of readers does not ask the server in the same instant. A text
 * that was taken away goes at once; where it is the page itself, it is read anew first if that is quick.
 */
export function watchWhileShown(
  what: () => { target: Target; version: number | undefined },
  { read, drop, forget }: Watcher,
): void {
  const live = useLive();
  $effect(() => {
    const { target, version } = what();
    if (version === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), 100 + Math.random() * 400);
    };
    const redacted = (gone: Target) => {
      clearTimeout(timer);
      const late = drop(gone) ? undefined : setTimeout(forget, FORGET_MS);
      void read().finally(() => clearTimeout(late));
    };
    const stop = live.with((socket) => socket.watch(target, version, changed, redacted));
    return () => {
      clearTimeout(timer);
      stop();
    };
  });
}
