import type { Answer } from '#lib/api/client.ts';
import type { Post, Problem } from '#lib/api/types.ts';

export interface PostText {
  title: string;
  body: string;
  tags: string[];
  content_note: string | null;
}
export type SaveState = 'clean' | 'dirty' | 'saving' | 'failed' | 'stale';
type Save = (text: PostText, version: number, confirmed: boolean) => Promise<Answer<Post>>;

const PAUSE_MS = 1200;
const AGAIN_MS = 8000;

/** Saves a post by itself a moment after the last key; never two at once, never over somebody's newer text. */
export class Draft {
  state = $state<SaveState>('clean');
  problem = $state.raw<Problem | null>(null);
  version: number;
  #save: Save;
  #read: () => PostText;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saved: string;

  constructor(version: number, read: () => PostText, save: Save) {
    this.version = version;
    this.#read = read;
    this.#save = save;
    this.#saved = JSON.stringify(read());
  }

  /** Something was typed. */
  touch(): void {
    if (this.state === 'stale') return;
    this.state = 'dirty';
    this.#later(PAUSE_MS);
  }

  /** Saves now what is not saved; answers whether the server has it all. */
  async flush(confirmed = false): Promise<boolean> {
    clearTimeout(this.#timer);
    const text = this.#read();
    const print = JSON.stringify(text);
    if (print === this.#saved) return true;
    if (this.state === 'saving' || this.state === 'stale') return false;
    this.state = 'saving';
    const { data, problem } = await this.#save(text, this.version, confirmed);
    this.problem = problem;
    if (data) {
      this.version = data.version;
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

  stop(): void {
    clearTimeout(this.#timer);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }
}
