import type { Answer } from '#lib/api/client.ts';
import type { Post, Problem } from '#lib/api/types.ts';

export interface PostText {
  title: string;
  body: string;
  tags: string[];
  content_note: string | null;
}
/** `needs`: a heading or the text is missing, so there is nothing to keep yet. */
export type SaveState = 'clean' | 'needs' | 'dirty' | 'saving' | 'failed' | 'stale';
/** What the server has of it: null before the first save. */
export type Kept = { id: string; version: number } | null;
type Save = (text: PostText, kept: Kept, confirmed: boolean) => Promise<Answer<Post>>;

const PAUSE_MS = 1200;
const AGAIN_MS = 8000;

/** Saves a post by itself a moment after the last key; never two at once, never over somebody's newer text. */
export class Draft {
  state = $state<SaveState>('clean');
  problem = $state.raw<Problem | null>(null);
  kept: Kept;
  #save: Save;
  #read: () => PostText;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saved: string;
  #running: Promise<boolean> | null = null;

  constructor(kept: Kept, read: () => PostText, save: Save) {
    this.kept = kept;
    this.#read = read;
    this.#save = save;
    this.#saved = JSON.stringify(read());
  }

  /** Something was typed. */
  touch(): void {
    if (this.state === 'stale') return;
    if (this.state !== 'saving') this.state = 'dirty';
    this.#later(PAUSE_MS);
  }

  /**
   * Saves now what is not saved; answers whether the server has it all. `complete` sends also what has no
   * heading or no text, so that the server says at the fields what is missing.
   */
  async flush({ complete = false, confirmed = false } = {}): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#running;
    const text = this.#read();
    const print = JSON.stringify(text);
    if (print === this.#saved && (this.kept || !complete)) return this.kept !== null;
    if (this.state === 'stale') return false;
    if (!complete && !(text.title.trim() && text.body.trim())) {
      this.state = 'needs';
      return false;
    }
    this.#running = this.#write(text, print, confirmed);
    const done = await this.#running;
    this.#running = null;
    return done;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #write(text: PostText, print: string, confirmed: boolean): Promise<boolean> {
    this.state = 'saving';
    const { data, problem } = await this.#save(text, this.kept, confirmed);
    this.problem = problem;
    if (data) {
      this.kept = { id: data.id, version: data.version };
      this.#saved = print;
      this.state = 'clean';
      // Typed on while it was being saved.
      if (JSON.stringify(this.#read()) !== print) this.touch();
      return true;
    }
    this.state = problem?.status === 412 ? 'stale' : 'failed';
    if (problem?.code === 'offline' || problem?.status === 503) this.#later(AGAIN_MS);
    return false;
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }
}
