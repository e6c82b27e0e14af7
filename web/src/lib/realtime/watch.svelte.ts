import { useLive } from './live.svelte.ts';
import type { Target } from './frames.ts';

/**
 * Keeps a public text watched while the component is on the page. `changed` comes a moment later, spread
 * by chance, so that a full room of readers does not ask the server in the same instant.
 */
export function watchWhileShown(
  what: () => { target: Target; version: number | undefined },
  changed: () => void,
  redacted: (target: Target) => void = () => undefined,
): void {
  const live = useLive();
  $effect(() => {
    const { target, version } = what();
    if (version === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(changed, 100 + Math.random() * 400);
    };
    const stop = live.with((socket) =>
      socket.watch(target, version, soon, (gone) => {
        redacted(gone);
        soon();
      }),
    );
    return () => {
      clearTimeout(timer);
      stop();
    };
  });
}
