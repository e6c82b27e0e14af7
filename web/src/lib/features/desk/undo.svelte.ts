const LAST_MS = 10_000;

/**
 * The last moment before something is sent: it waits here, in this browser, and can be taken back. Leaving the page sends it.
 * Only for what hides and removes nothing: taking away is never put off.
 */
export class LastMoment {
  /** Seconds left; 0 while nothing waits. */
  left = $state(0);
  #send: (() => void) | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  get waits(): boolean {
    return this.left > 0;
  }

  begin(send: () => void): void {
    this.undo();
    this.#send = send;
    const until = Date.now() + LAST_MS;
    this.left = LAST_MS / 1000;
    this.#timer = setInterval(() => {
      this.left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      if (!this.left) this.now();
    }, 250);
  }

  /** Sends at once. */
  now(): void {
    const send = this.#send;
    this.undo();
    send?.();
  }

  /** Takes it back: nothing was sent. */
  undo(): void {
    clearInterval(this.#timer);
    this.#send = null;
    this.left = 0;
  }
}
