import { api, ask } from '#lib/api/client.ts';
import { type CaseDetail, type DeskProblem, type Evidence } from '#lib/api/staff.ts';
import { claim, giveBack } from './claiming.ts';

const RENEW_MS = 4 * 60_000;

/** One case on the desk: what the server says of it, who holds it, and the texts that were opened. */
export class CaseFile {
  detail = $state.raw() as CaseDetail;
  /** Texts opened in this visit, by revision. Never kept anywhere else. */
  texts = $state.raw<Evidence[]>([]);
  /** Why the text was opened, so that another revision need not be asked for in new words. */
  reason = $state('');
  busy = $state(false);
  problem = $state.raw<DeskProblem | null>(null);
  #me: string;
  #renewed = Date.now();
  #reading = false;

  constructor(detail: CaseDetail, me: string) {
    this.detail = detail;
    this.#me = me;
  }

  /** Whether the reader holds the case now. */
  held(now: number): boolean {
    const { claim } = this.detail;
    return claim?.holder.id === this.#me && Date.parse(claim.until) > now;
  }

  /** The text that a redaction counts in, once it was opened. */
  get current(): Evidence | undefined {
    const { current_revision: newest } = this.detail;
    return this.texts.find((text) => text.revision === newest);
  }

  async reload(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const { data, problem } = await ask(
      api().GET('/api/v1/cases/{id}', { params: { path: { id: this.detail.id } } }),
    );
    this.#reading = false;
    if (data) this.detail = data;
    // A poll that fails says nothing: what is on the screen stays, and the next one comes.
    else if (problem?.code !== 'offline') this.problem = problem;
  }

  async take(reason?: string, insist = false): Promise<boolean> {
    return this.#act(() => claim(this.detail.id, reason, insist));
  }

  async release(): Promise<boolean> {
    const done = await this.#act(() => giveBack(this.detail.id));
    if (done) this.texts = [];
    return done;
  }

  /** Somebody is at work: the hold lasts as long as they are. */
  active(): void {
    const now = Date.now();
    if (!this.held(now) || now - this.#renewed < RENEW_MS) return;
    this.#renewed = now;
    void claim(this.detail.id).then(({ data }) => {
      if (data) this.detail = { ...this.detail, claim: data.claim, version: data.version };
    });
  }

  /** Opens the text for a reason that is written down. */
  async open(reason: string, revision?: number) {
    const body = { reason, ...(revision === undefined ? {} : { revision }) };
    const answer = await ask(
      api().POST('/api/v1/cases/{id}/evidence', {
        params: { path: { id: this.detail.id } },
        body,
      }),
    );
    const text = answer.data;
    if (text) {
      this.reason = reason;
      this.texts = [...this.texts.filter((old) => old.revision !== text.revision), text];
    }
    return answer;
  }

  async #act<T>(request: () => Promise<{ data: T | null; problem: DeskProblem | null }>) {
    if (this.busy) return false;
    this.busy = true;
    const { problem } = await request();
    this.busy = false;
    this.problem = problem;
    this.#renewed = Date.now();
    if (problem?.code !== 'offline') await this.reload();
    if (problem) this.problem = problem;
    return !problem;
  }
}
