import { redirect } from '@sveltejs/kit';
import { failPage } from './problem.ts';
import type { components } from './schema.d.ts';
import { has } from './session.ts';
import type { Me, Problem, Role } from './types.ts';

/** What the desk, the people page and the settings read and send, by the names of the server's document. */
type Schemas = components['schemas'];

export type CaseRow = Schemas['CaseView'];
export type CaseDetail = Schemas['CaseDetail'];
export type CaseEvent = Schemas['EventView'];
export type CaseDecision = Schemas['DecisionView'];
export type CaseCounts = Schemas['CaseCounts'];
export type Evidence = Schemas['EvidenceView'];
export type Colleague = Schemas['ColleagueView'];
export type Notes = Schemas['NotesView'];
export type Asked = Schemas['AskedView'];
export type Breach = Schemas['BreachView'];
export type BreachStepView = Schemas['StepView'];
export type BreachStepBody = Schemas['BreachStep'];
export type BreachLetter = Schemas['BreachLetter'];
export type BreachPaper = Schemas['PaperView'];
export type Assessment = Schemas['BreachAssessment'];
export type CaseContext = Schemas['ContextView'];
export type Care = Schemas['CareView'];
export type Course = Schemas['CourseView'];
export type CourseDetail = Schemas['CourseDetail'];
export type CourseCheck = Schemas['CheckView'];
export type CourseResult = Schemas['ResultView'];
export type Practice = Schemas['PracticeView'];
export type PracticeCase = Schemas['PracticeCaseView'];
export type PracticeMonth = Schemas['MonthFigures'];
export type Hold = Schemas['HoldView'];
export type NewDecision = Schemas['NewDecision'];
export type Named = Schemas['Named'];
export type Person = Schemas['PersonView'];
export type OpenHours = Schemas['Window'];
export type HelpLineEdit = Schemas['HelpLineEdit'];
export type CommunityPatch = Schemas['CommunityPatch'];

/** The document leaves the shape of the community's texts open: a tree of texts. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Document = Omit<Schemas['DocumentView'], 'body'> & { body: Json };

/** Which cases somebody wants to see. */
export interface CaseFilter {
  state?: string;
  level?: string;
  source?: string;
  category?: string;
}
/** What a refusal of the desk may say beside its words. */
export type DeskProblem = Problem & { holder?: Named };

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
