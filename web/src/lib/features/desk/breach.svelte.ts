import { type Answer, api, ask } from '#lib/api/client.ts';
import {
  type Assessment,
  type Breach,
  type BreachLetter,
  type BreachPaper,
  type BreachStepBody,
  ifMatch,
} from '#lib/api/staff.ts';
import type { CaseFile } from './file.svelte.ts';

/** The work on one breach: its steps as the server sees them, and what was opened of its papers. */
export class BreachWork {
  view = $state.raw<Breach | null>(null);
  /** Notes and assessment opened in this visit; never kept anywhere else. */
  paper = $state.raw<BreachPaper | null>(null);
  /** What the law still asks for, after the assessment was kept. */
  missing = $state.raw<string[]>([]);
  readonly file: CaseFile;

  constructor(file: CaseFile) {
    this.file = file;
  }

  get id(): string {
    return this.file.detail.id;
  }
  get #params() {
    return { path: { id: this.id }, header: ifMatch(this.file.detail.version) };
  }

  /** A case without a breach has none to show; that is no error. */
  async read(): Promise<void> {
    const { data } = await ask(
      api().GET('/api/v1/cases/{id}/breach', { params: { path: { id: this.id } } }),
    );
    this.view = data;
  }

  async step(step: string, body: BreachStepBody) {
    return this.#done(
      await ask(
        api().PUT('/api/v1/cases/{id}/breach/steps/{step}', {
          params: { path: { id: this.id, step }, header: ifMatch(this.file.detail.version) },
          body,
        }),
      ),
      (view) => view,
    );
  }

  async none(why: string, note: string) {
    return this.#done(
      await ask(
        api().POST('/api/v1/cases/{id}/breach/none', { params: this.#params, body: { why, note } }),
      ),
      (view) => view,
    );
  }

  async assess(body: Assessment) {
    return this.#done(
      await ask(api().PUT('/api/v1/cases/{id}/breach/assessment', { params: this.#params, body })),
      ({ breach, missing }) => {
        this.missing = missing;
        return breach;
      },
    );
  }

  async write(body: BreachLetter, headers: Record<string, string>) {
    return this.#done(
      await ask(
        api().POST('/api/v1/cases/{id}/breach/letters', { params: this.#params, body, headers }),
      ),
      ({ breach }) => breach,
    );
  }

  /** Opens notes and assessment for a reason that is written down. */
  async open(reason: string) {
    const answer = await ask(
      api().POST('/api/v1/cases/{id}/breach/paper', {
        params: { path: { id: this.id } },
        body: { reason },
      }),
    );
    if (answer.data) {
      this.paper = answer.data;
      this.file.reason ||= reason;
    }
    return answer;
  }

  async #done<T>(answer: Answer<T>, view: (data: T) => Breach): Promise<Answer<T>> {
    if (answer.data) this.view = view(answer.data);
    await this.file.reload();
    return answer;
  }
}

/** Gives the reader a file with these words. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
