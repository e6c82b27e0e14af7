/** What the server's answers look like, by the names the rest of the site uses. */
import type { components } from './schema.d.ts';

type Schemas = components['schemas'];

export type Role = 'participant' | 'peer_supporter' | 'moderator' | 'coordinator';
/** `live`, `hidden_pending`, `hidden`, `redacted`, `removed`, `deleted`, `gone`; posts also `draft` and so on. */
export type TextState = string;

export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** RFC 9457, with words in the reader's language made by the server. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  request_id?: string;
  errors?: FieldError[];
  /** The field that advice is about. */
  field?: string;
  findings?: Finding[];
  redacted_text?: string;
  current?: number;
  retry_after?: number;
}

export interface Finding {
  category: string;
  start: number;
  end: number;
  severity?: string;
  confidence?: number;
  reason?: string;
  replacement?: string | null;
}

export interface Page<T> {
  items: T[];
  next?: string | null;
  version?: number;
}

export interface RoleWord {
  one: string;
  the: string;
  many: string;
  the_many: string;
}
export type HelpLine = Schemas['HelpLineView'];
export type Rule = Schemas['RuleView'];
export interface ReportReason {
  id: string;
  label: string;
  hint: string;
  note_prompt: string;
  after: string;
}
export interface DecisionTexts {
  actions: Record<string, { title: string; lead: string }>;
  categories: Record<string, string>;
  rule: string;
  statement: string;
  duration_until: string;
  decided_by_person: string;
  hidden_automatically: string;
  appeal: string;
  [key: string]: unknown;
}
export interface Opening {
  hours: { weekday: string; from: string; to: string }[];
  note: string;
  closed: string;
  /** Whether the chat is open, for visitors too. */
  now?: { state: 'open' | 'closed'; opens_at: string | null; closes_at: string | null };
}
/** The community's own words, in the reader's language. The document leaves their shape open. */
export interface Community extends Omit<
  Schemas['CommunityView'],
  'role_words' | 'consents' | 'report_dialog' | 'report_reasons' | 'decision_texts' | 'opening'
> {
  role_words: Partial<Record<Role | 'visitor', RoleWord>>;
  consents: Partial<Record<'rules' | 'sensitive', { question: string; explanation?: string }>>;
  report_dialog: Record<string, string>;
  report_reasons: ReportReason[];
  decision_texts: DecisionTexts | null;
  opening: Opening | null;
}
export type CommunityPage = Schemas['PageView'];

export type Author = Schemas['Author'];
export type Me = Schemas['MeView'];
export type Session = Schemas['SessionView'];
export type Room = Schemas['RoomView'];
/** An own message that waits for a person. */
export type Held = Schemas['HeldView'];
/** What the hosts of a room tell each other. */
export type RoomNote = Schemas['RoomNoteView'];
export type RoomDetail = Schemas['RoomDetail'];
export type Message = Schemas['MessageView'];
export type RoomCall = Schemas['CallView'];

export type TextItem = Partial<Pick<Schemas['TextItem'], 'author' | 'body_html' | 'revision'>> &
  Omit<Schemas['TextItem'], 'author' | 'body_html' | 'revision' | 'created_at'> & {
    created_at?: string;
  };

export type PostCard = Schemas['PostSummary'];
/** The author's own part is there for the author only. */
export type Post = Omit<Schemas['PostView'], keyof Schemas['OwnPart']> &
  Partial<Schemas['OwnPart']>;
export type OwnPost = Schemas['OwnPostSummary'];
export type Board = Schemas['BoardView'];
export type Thread = Schemas['ThreadView'];

export type YearlyAccount = Schemas['YearlyAccount'];
export type YearTable = Schemas['TableView'];
export type Diploma = Schemas['DiplomaView'];

export type Decision = Schemas['OwnDecision'];
export type NoticePage = Schemas['NoticePage'];
