/** Frames of the live socket, as CONTRACT.md names them. */
import type { Author, Finding, TextState } from '#lib/api/types.ts';

/** What can be watched, and beside it what can be taken away from a page. */
export type TargetKind = 'thread' | 'post' | 'board' | 'front' | 'reply' | 'comment';
/** The one front page has no id of its own. */
export const FRONT = { kind: 'front', id: '00000000-0000-0000-0000-000000000000' } as const;
export interface Target {
  kind: TargetKind;
  id: string;
}

export interface MessageFrame {
  type: 'message' | 'restored';
  room: string;
  seq: number;
  id: string;
  /** The message's own place, where `seq` is that of what happened to it. */
  item_seq?: number;
  client_id?: string;
  /** The message that it answers: its words are wherever this screen has them. */
  reply_to?: string;
  author: Author | null;
  body_html: string;
  body?: string;
  state?: TextState;
  created_at: string;
  edited_at?: string;
}
/** How a room stands, as it is told to everybody in it. */
export interface RoomFacts {
  state: 'open' | 'closed';
  opens_at: string | null;
  closes_at: string | null;
  slow_mode_s: number;
  by_host: boolean;
}
/** Why a frame was not taken: a code, and the number that its words need. */
export interface Refusal {
  code: string;
  /** How long to wait. */
  seconds?: number;
  /** Most characters. */
  max?: number;
}
/** Frames that take a place in the room's sequence. */
export type RoomEvent =
  | MessageFrame
  | {
      type: 'edited';
      room: string;
      seq: number;
      id: string;
      body_html: string;
      state?: TextState;
      edited_at?: string;
    }
  | { type: 'redacted'; room: string; seq: number; id: string; state: TextState };
export type RoomFrame =
  | RoomEvent
  | { type: 'joined'; room: string; seq: number; state: 'open' | 'closed' }
  | { type: 'reset'; room: string; seq: number }
  | { type: 'ack'; room: string; client_id: string; seq: number; id: string }
  | { type: 'held'; room: string; client_id: string; advice?: Finding[] }
  | {
      type: 'advice';
      room: string;
      client_id: string;
      findings?: Finding[];
      advice?: Finding[];
      redacted_text?: string;
      /** It went through all the same: the words are for its author. */
      sent?: boolean;
    }
  | { type: 'typing'; room: string; account?: Author; author?: Author }
  | ({ type: 'room'; room: string; people?: number; hosts_here?: Author[] } & Partial<RoomFacts>)
  /** What waits of this person in the room is another list now: another screen of theirs wrote or took back. */
  | { type: 'own_held'; room: string }
  /** How this person nods at a message now, on whatever screen; the greater `number` of two is the later. */
  | { type: 'own_nods'; room: string; id: string; number: number; my_reactions: string[] }
  /** For those who run the room: another note, or one less. */
  | { type: 'notes'; room: string }
  | { type: 'error'; room: string; client_id?: string; problem: Refusal };

export type WatchFrame =
  | { type: 'watching' | 'changed'; target: Target; version: number }
  | { type: 'redacted'; target: Target; state: TextState; version?: number };

export type NewsFrame = { type: 'queue' | 'notification' } & Record<string, unknown>;
export type ServerFrame =
  RoomFrame | WatchFrame | NewsFrame | { type: 'error'; room?: undefined; problem: Refusal };
