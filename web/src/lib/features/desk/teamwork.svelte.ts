import { api, ask } from '#lib/api/client.ts';
import { type Colleague, ifMatch, type Named, type Notes } from '#lib/api/staff.ts';
import type { CaseFile } from './file.svelte.ts';

const LOOK_MS = 20_000;
const path = (id: string) => ({ path: { id } });

/** What moderators do together on one case: who looks, notes, colleagues. */
export class Teamwork {
  /** Who else has the case open. */
  others = $state.raw<Named[]>([]);
  colleagues = $state.raw<Colleague[]>([]);
  /** Notes opened in this visit; never kept anywhere else. */
  notes = $state.raw<Notes | null>(null);
  readonly file: CaseFile;

  constructor(file: CaseFile) {
    this.file = file;
  }

  get id(): string {
    return this.file.detail.id;
  }

  /** Says that somebody looks, until the answered function is called. */
  look(): () => void {
    const say = async () => {
      if (document.hidden) return;
      const { data } = await ask(
        api().POST('/api/v1/cases/{id}/presence', { params: path(this.id) }),
      );
      if (data) this.others = data.others;
    };
    void say();
    const timer = setInterval(() => void say(), LOOK_MS);
    return () => {
      clearInterval(timer);
      void ask(api().DELETE('/api/v1/cases/{id}/presence', { params: path(this.id) }));
    };
  }

  async readColleagues(): Promise<void> {
    const { data } = await ask(
      api().GET('/api/v1/cases/{id}/colleagues', { params: path(this.id) }),
    );
    if (data) this.colleagues = data.items;
  }

  /** Opens the notes for a reason that is written down. */
  async open(reason: string) {
    const answer = await ask(
      api().POST('/api/v1/cases/{id}/notes/open', { params: path(this.id), body: { reason } }),
    );
    if (answer.data) {
      this.notes = answer.data;
      this.file.reason ||= reason;
    }
    return answer;
  }

  write(note: string, headers: Record<string, string>) {
    return ask(
      api().POST('/api/v1/cases/{id}/notes', { params: path(this.id), body: { note }, headers }),
    );
  }

  handOver(to: string, note: string) {
    return ask(
      api().POST('/api/v1/cases/{id}/handover', {
        params: { ...path(this.id), header: ifMatch(this.file.detail.version) },
        body: to ? { to, note } : { note },
      }),
    );
  }

  wait(until: string, note: string) {
    return ask(
      api().POST('/api/v1/cases/{id}/wait', {
        params: { ...path(this.id), header: ifMatch(this.file.detail.version) },
        body: { until, note },
      }),
    );
  }

  consult(
    body: { to: string; question: string; with_text: boolean; confirmed: boolean },
    headers: Record<string, string>,
  ) {
    return ask(api().POST('/api/v1/cases/{id}/consults', { params: path(this.id), body, headers }));
  }
}
