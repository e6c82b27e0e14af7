import { redirect } from '@sveltejs/kit';
import type { Client } from 'openapi-fetch';
import { api } from './client.ts';
import { failPage } from './problem.ts';
import { has } from './session.ts';
import type { Board, Me, Page, Problem, Role, TextState } from './types.ts';

/**
 * What the desk, the people page and the settings read and send. The server's document leaves codes as plain
 * strings and documents without a shape; here both have names.
 */

export type CertificateCode = 'danger' | 'confidentiality' | 'grooming';
export type CaseState =
  'new' | 'claimed' | 'decided' | 'closed' | 'waiting' | 'escalated' | 'reopened';
export type CaseSource = 'report' | 'screening' | 'submission' | 'appeal';
export type ActionCode =
  | 'dismiss'
  | 'keep'
  | 'redact'
  | 'hide'
  | 'remove'
  | 'restore'
  | 'escalate'
  | 'approve'
  | 'request_changes'
  | 'uphold'
  | 'overturn';

export interface Named {
  id: string;
  name: string;
}
export interface CaseRow {
  id: string;
  version: number;
  state: CaseState;
  source: CaseSource;
  category: string;
  level: number;
  due_at: string;
  order_reasons: string[];
  target: { kind: string; id: string; revision: number };
  report_count: number;
  claim: { holder: Named; until: string } | null;
  certificate_required: CertificateCode | null;
  created_at: string;
}
export interface CaseDecision {
  id: string;
  action: ActionCode;
  rule: string | null;
  statement: string;
  sanction: { kind: string; until: string | null; lifted_at: string | null } | null;
  target_state: string;
  decided_by: Named | null;
  created_at: string;
  overturned_at: string | null;
}
export interface CaseEvent {
  at: string;
  actor: Named | null;
  kind: string;
  codes: Record<string, unknown>;
  note: string | null;
}
export interface CaseDetail extends CaseRow {
  target_state: TextState | null;
  target_url: string | null;
  current_revision: number | null;
  author: Named | null;
  allowed_actions: ActionCode[];
  reports: { reason: string; created_at: string }[];
  decisions: CaseDecision[];
  timeline: CaseEvent[];
  tasks_left: number;
  submission: { title: string | null; body: string; body_html: string; revision: number } | null;
}
export interface CaseCounts {
  open: number;
  unclaimed: number;
  mine: number;
  overdue: number;
  escalated: number;
  by_level: Record<string, number>;
  by_source: Record<string, number>;
}
export interface Evidence {
  revision: number;
  title: string | null;
  body: string;
  notes: string[];
  revisions: number[];
  current_revision: number | null;
}
export interface NewDecision {
  action: ActionCode;
  statement: string;
  rule?: string;
  sanction?: { kind: string; until?: string };
  redactions?: { start: number; end: number; replacement?: string }[];
}
export interface DecisionMade {
  id: string;
  case: { id: string; state: CaseState; version: number };
  target_state: string | null;
  tasks_left: number;
}
export interface Certificate {
  category: CertificateCode;
  expires_at?: string | null;
}
export interface Person {
  id: string;
  pseudonym: string;
  roles: Role[];
  trusted: boolean;
  certificates: CertificateCode[];
  /** When each training runs out; one without an end is left out. */
  certificate_ends?: Partial<Record<CertificateCode, string>>;
  ask_me_about: string | null;
  suspended_until: string | null;
  created_at: string;
}
export interface Settings {
  name: string;
  short_name: string;
  minimum_age: number;
  time_zone: string;
  leave_url: string;
  controller_name: string | null;
  controller_contact: string | null;
}
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export interface Document {
  kind: string;
  lang: 'da' | 'en';
  version: number;
  body: Json;
}
export interface HelpLineEdit {
  id?: string | null;
  always_shown: boolean;
  name: string;
  about_da: string;
  about_en: string;
  number: string | null;
  url: string | null;
  hours: string | null;
  ages: string | null;
  checked_on: string | null;
}
/** What a refusal of the desk may say beside its words. */
export type DeskProblem = Problem & { holder?: Named };

type Body<T> = { content: { 'application/json': T } };
interface Op<Ok, Sent = undefined, Path = undefined, Query = undefined> {
  parameters: {
    query?: Query;
    header?: Record<string, string>;
    path: Path extends undefined ? never : Path;
  };
  requestBody?: Sent extends undefined ? never : Body<Sent>;
  responses: { 200: Body<Ok>; 400: Body<Problem> };
}
type Free<Ok, Sent = undefined, Query = undefined> = Omit<
  Op<Ok, Sent, undefined, Query>,
  'parameters'
> & { parameters: { query?: Query; header?: Record<string, string>; path?: never } };
type Id = { id: string };
type Paging = { limit?: number; after?: string };
export type CaseFilter = { state?: string; level?: string; source?: string; category?: string };

interface StaffPaths {
  '/api/v1/cases': { get: Free<Page<CaseRow>, undefined, Paging & CaseFilter> };
  '/api/v1/cases/counts': { get: Free<CaseCounts> };
  '/api/v1/cases/{id}': { get: Op<CaseDetail, undefined, Id> };
  '/api/v1/cases/{id}/claim': {
    post: Op<CaseRow, { take_over_reason?: string }, Id>;
    delete: Op<void, undefined, Id>;
  };
  '/api/v1/cases/{id}/evidence': { post: Op<Evidence, { reason: string; revision?: number }, Id> };
  '/api/v1/cases/{id}/decisions': { post: Op<DecisionMade, NewDecision, Id> };
  '/api/v1/people': { get: Free<Page<Person>, undefined, Paging & { q?: string; role?: string }> };
  '/api/v1/people/{id}/roles': { put: Op<Person, { roles: Role[]; trusted?: boolean }, Id> };
  '/api/v1/people/{id}/certificates': { put: Op<Person, { certificates: Certificate[] }, Id> };
  '/api/v1/session/step-up': { post: Free<void, { password: string }> };
  '/api/v1/community': { patch: Free<Settings, Partial<Settings>> };
  '/api/v1/community/documents/{kind}': {
    get: Op<Document, undefined, { kind: string }, { lang: string }>;
    put: Op<Document, { lang: string; body: Json }, { kind: string }>;
  };
  '/api/v1/community/help-lines': {
    get: Free<Page<HelpLineEdit>>;
    post: Free<HelpLineEdit, HelpLineEdit>;
  };
  '/api/v1/community/help-lines/{id}': {
    put: Op<HelpLineEdit, HelpLineEdit, Id>;
    delete: Op<void, undefined, Id>;
  };
  '/api/v1/boards': { get: Free<Page<Board>>; post: Free<Board, NewBoard> };
  '/api/v1/boards/{slug}': { patch: Op<Board, Partial<NewBoard>, { slug: string }> };
}
export interface NewBoard {
  title: string;
  description: string;
  members_only: boolean;
}

type StaffApi = Pick<Client<StaffPaths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;

/** The same client as everywhere, typed for the routes of staff. */
export function staffApi(fetch?: typeof globalThis.fetch): StaffApi {
  return api(fetch) as unknown as StaffApi;
}

/** Sends who is not signed in to the sign-in page, and who has none of the roles to the page that says so. */
export function requireRole(me: Me | null, url: URL, ...roles: Role[]): Me {
  if (!me) redirect(303, `/log-ind?fra=${encodeURIComponent(url.pathname)}`);
  if (!has(me, ...roles)) failPage({ title: '', status: 403, code: 'forbidden' });
  return me;
}

/** The header that says which version somebody has seen. */
export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}
