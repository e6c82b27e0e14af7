import { api, type Answer, ask } from '#lib/api/client.ts';
import { type CaseCounts, type CaseFilter, type CaseRow } from '#lib/api/staff.ts';
import type { Page, Problem } from '#lib/api/types.ts';
import type { Live } from '#lib/realtime/live.svelte.ts';

const PAGE = 30;
const MOST = 100;
/** Without the live connection the queue is read this often; with it, to be sure. */
const POLL_MS = 15_000;
const CALM_MS = 60_000;

/** Reads one page of the queue. */
export function readCases(
  fetch: typeof globalThis.fetch,
  filter: CaseFilter,
  paging: { limit?: number; after?: string } = {},
): Promise<Answer<Page<CaseRow>>> {
  const { level, ...rest } = filter;
  const query = { ...rest, ...(level ? { level: Number(level) } : {}), limit: PAGE, ...paging };
  return ask(api(fetch).GET('/api/v1/cases', { params: { query } }));
}

/** Reads the queue in numbers. */
export function readCounts(fetch: typeof globalThis.fetch): Promise<Answer<CaseCounts>> {
  return ask(api(fetch).GET('/api/v1/cases/counts'));
}

/** The queue as it stands on the screen: kept fresh by `queue` frames, or by asking when there is no line. */
export class Queue {
  items = $state.raw<CaseRow[]>([]);
  next = $state<string | null>(null);
  counts = $state.raw<CaseCounts | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #filter: CaseFilter;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #reading = false;

  constructor(filter: CaseFilter, first: Page<CaseRow> | null, counts: CaseCounts | null) {
    this.#filter = filter;
    this.items = first?.items ?? [];
    this.next = first?.next ?? null;
    this.counts = counts;
  }

  /** Follows the queue until the answered function is called. */
  follow(live: Live): () => void {
    const stop = live.with((socket) =>
      socket.on('queue', (frame) => {
        if (typeof frame['open'] === 'number') this.counts = frame as unknown as CaseCounts;
        this.refreshSoon();
      }),
    );
    let last = Date.now();
    const timer = setInterval(() => {
      const wait = live.state === 'open' ? CALM_MS : POLL_MS;
      if (document.hidden || Date.now() - last < wait) return;
      last = Date.now();
      void this.refresh();
    }, 5_000);
    return () => {
      stop();
      clearInterval(timer);
      clearTimeout(this.#soon);
    };
  }

  /** Many frames in a moment are read once; all moderators do not ask in the same instant. */
  refreshSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.refresh(), 200 + Math.random() * 400);
  }

  /** Reads again what is on the screen, as long as it was. */
  async refresh(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const limit = Math.min(MOST, Math.max(PAGE, this.items.length));
    const [page, counts] = await Promise.all([
      readCases(globalThis.fetch, this.#filter, { limit }),
      readCounts(globalThis.fetch),
    ]);
    this.#reading = false;
    this.problem = page.problem;
    if (counts.data) this.counts = counts.data;
    if (!page.data) return;
    const known = new Set(page.data.items.map((item) => item.id));
    const below = this.items.length > MOST ? this.items.slice(MOST) : [];
    this.items = [...page.data.items, ...below.filter((item) => !known.has(item.id))];
    if (!below.length) this.next = page.data.next ?? null;
  }

  async more(): Promise<void> {
    if (!this.next || this.busy) return;
    this.busy = true;
    const { data, problem } = await readCases(globalThis.fetch, this.#filter, { after: this.next });
    this.busy = false;
    this.problem = problem;
    if (!data) return;
    const known = new Set(this.items.map((item) => item.id));
    this.items = [...this.items, ...data.items.filter((item) => !known.has(item.id))];
    this.next = data.next ?? null;
  }

  /** Puts a case as the server answered it in its place. */
  put(row: CaseRow): void {
    this.items = this.items.map((item) => (item.id === row.id ? { ...item, ...row } : item));
  }
}
