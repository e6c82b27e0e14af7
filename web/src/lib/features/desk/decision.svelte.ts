import { page } from '$app/state';
import { api, ask } from '#lib/api/client.ts';
import { ifMatch, type NewDecision } from '#lib/api/staff.ts';
import { tCode } from '#lib/i18n/index.ts';
import type { CaseFile } from './file.svelte.ts';
import { type Span, toSend } from './spans.ts';

export const STATEMENT_MAX = 4000;
const NO_RULE: string[] = ['dismiss', 'keep', 'approve'];
const MAY_SANCTION: string[] = ['keep', 'redact', 'hide', 'remove'];
/** Decisions after which the person should hear what it was about. */
const SAYS_WHY: string[] = ['redact', 'hide', 'remove', 'request_changes'];
const DAY_MS = 86_400_000;

export type Length = '1' | '3' | '7' | '30' | 'own';

/** A decision as it is being written. */
export class DecisionDraft {
  action = $state<string | undefined>();
  rule = $state('');
  statement = $state('');
  sanction = $state<'none' | 'warn' | 'mute' | 'suspend'>('none');
  length = $state<Length>('3');
  until = $state('');
  spans = $state.raw<Span[]>([]);
  #begun = '';
  #category: string;

  constructor(category: string, statement = '') {
    this.#category = category;
    this.statement = statement;
  }

  get needsRule(): boolean {
    return this.action !== undefined && !NO_RULE.includes(this.action);
  }
  get maySanction(): boolean {
    return this.action !== undefined && MAY_SANCTION.includes(this.action);
  }

  /** Words to begin with. What somebody has written themselves is never replaced. */
  begin(): void {
    if (this.statement.trim() && this.statement !== this.#begun) return;
    this.#begun = this.action ? beginning(this.action, this.#category) : '';
    this.statement = this.#begun;
  }

  /** Whether anything here would be lost with the page. */
  get written(): boolean {
    return Boolean(this.statement.trim()) && this.statement !== this.#begun;
  }

  body(): NewDecision {
    const sanction = this.maySanction && this.sanction !== 'none' ? this.sanction : null;
    const until = sanction && sanction !== 'warn' ? this.#end() : null;
    return {
      action: this.action ?? '',
      statement: this.statement,
      ...(this.rule ? { rule: this.rule } : {}),
      ...(sanction ? { sanction: { kind: sanction, ...(until ? { until } : {}) } } : {}),
      ...(this.action === 'redact' ? { redactions: toSend(this.spans) } : {}),
    };
  }

  #end(): string | null {
    if (this.length !== 'own')
      return new Date(Date.now() + Number(this.length) * DAY_MS).toISOString();
    const end = new Date(`${this.until}T23:59`);
    return Number.isNaN(end.getTime()) ? null : end.toISOString();
  }
}

/** The community's own sentence for the category where the person should hear why, else a short word. */
function beginning(action: string, category: string): string {
  const own = page.data.community.decision_texts?.categories[category];
  if (SAYS_WHY.includes(action) && own) return own;
  return tCode('desk.begin', action) ?? '';
}

/** Sends a decision for the version of the case that is on the screen. */
export function decide(file: CaseFile, body: NewDecision, headers: Record<string, string>) {
  return ask(
    api().POST('/api/v1/cases/{id}/decisions', {
      params: { path: { id: file.detail.id }, header: ifMatch(file.detail.version) },
      body,
      headers,
    }),
  );
}
