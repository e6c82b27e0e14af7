import type { Page, Problem, TextItem } from '#lib/api/types.ts';
import type { Source } from './source.ts';
import { arranged, isWithin, withItem } from './tree.ts';

const PAGE = 100;

/** The texts of one discussion on this screen: pages as they are asked for, own additions, live changes. */
export class Discussion {
  readonly source: Source;
  items = $state.raw<TextItem[]>([]);
  next = $state<string | null>(null);
  busy = $state(false);
  #shown = 0;
  problem = $state.raw<Problem | null>(null);

  constructor(source: Source, first: Page<TextItem>) {
    this.source = source;
    this.items = arranged(first.items);
    this.next = first.next ?? null;
  }

  async more(): Promise<void> {
    if (this.busy || !this.next) return;
    this.busy = true;
    const { data, problem } = await this.source.list(this.next, PAGE);
    this.busy = false;
    this.problem = problem;
    if (!data) return;
    const known = new Set(this.items.map((item) => item.id));
    this.items = arranged([...this.items, ...data.items.filter((item) => !known.has(item.id))]);
    this.next = data.next ?? null;
  }

  /** Reads on until the part below `top` is whole. */
  async wholePart(top: string): Promise<void> {
    for (;;) {
      const first = this.items.find((item) => item.id === top);
      const last = this.items.at(-1);
      const done = first && last && !isWithin(last, first);
      if (done || !this.next || this.problem) return;
      await this.more();
    }
  }

  /** Reads again what is on the screen: somebody changed something. */
  async refresh(): Promise<void> {
    const wanted = Math.max(this.items.length, this.#shown, 1);
    const fresh: TextItem[] = [];
    let after: string | undefined;
    do {
      const { data, problem } = await this.source.list(after, PAGE);
      if (!data) {
        this.busy = false;
        this.problem = this.items.length ? null : problem;
        return;
      }
      fresh.push(...data.items);
      after = data.next ?? undefined;
    } while (after && fresh.length < wanted);
    this.items = arranged(fresh);
    this.#shown = 0;
    this.busy = false;
    this.problem = null;
    this.next = after ?? null;
  }

  /** Takes every text off the screen and out of memory, until `refresh` has read them anew. */
  forget(): void {
    this.#shown = this.items.length;
    this.items = [];
    this.busy = true;
  }

  put(item: TextItem): void {
    this.items = withItem(this.items, item);
  }

  /** Drops a text from the screen and from memory at once. */
  drop(id: string): void {
    this.items = this.items.map((item) =>
      item.id === id
        ? ({
            id,
            parent_id: item.parent_id ?? null,
            path: item.path ?? null,
            depth: item.depth ?? 0,
            state: 'gone',
          } as TextItem)
        : item,
    );
  }
}
