import { api, ask } from '#lib/api/client.ts';
import type { Seen } from './settings.ts';

/** How long somebody must have paused before what they wrote is read. */
const PAUSE_MS = 900;
/** Shorter than this nothing is said yet. */
const SHORTEST = 6;
const MINUTE_MS = 60_000;
const DANGER = ['suicide', 'self_harm', 'overdose', 'abuse', 'running_away'];

export interface Look {
  /** The text that was read. */
  text: string;
  action: string;
  findings: Seen['findings'];
  redacted: string;
}

/** Whether somebody may need help. */
export const isDanger = (look: Look) =>
  look.findings.some(({ category }) => DANGER.includes(category));

/**
 * Has the server read what somebody writes while they write, as it will when they send; nothing is kept.
 * Without a line, or when asked too often, it says nothing: sending reads everything again.
 */
export class Reader {
  look = $state.raw<Look | null>(null);
  readonly #surface: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newest = '';
  #quietUntil = 0;

  constructor(surface: string) {
    this.#surface = surface;
  }

  /** What stands in the field now. */
  written(text: string): void {
    clearTimeout(this.#timer);
    this.#newest = text;
    if (text.trim().length < SHORTEST) this.look = null;
    else if (text !== this.look?.text) this.#timer = setTimeout(() => this.#read(text), PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#newest = '';
  }

  async #read(text: string): Promise<void> {
    if (Date.now() < this.#quietUntil) return;
    const { data, problem } = await ask(
      api().POST('/api/v1/screen', { body: { text, context: { surface: this.#surface } } }),
    );
    if (problem) {
      this.#quietUntil = Date.now() + (problem.retry_after ?? 0) * 1000;
      // Signed out or shut out: asking again would only be refused again.
      if (problem.status === 401 || problem.status === 403)
        this.#quietUntil = Date.now() + MINUTE_MS;
      return;
    }
    // Whoever wrote on meanwhile is not told about words that no longer stand there.
    if (text !== this.#newest) return;
    const { action, findings, redacted_text } = data;
    this.look = { text, action, findings, redacted: redacted_text };
  }
}
