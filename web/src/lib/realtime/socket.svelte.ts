import { afterClose, backoff, spread } from './backoff.ts';
import type { NewsFrame, RoomFrame, ServerFrame, Target, WatchFrame } from './frames.ts';

/** What a joined room gives to the connection: where it stands, and somebody who takes its frames. */
export interface RoomEnd {
  readonly id: string;
  /** The last event this screen has, or null to begin with what comes. */
  readonly lastSeq: number | null;
  take(frame: RoomFrame): void;
  /** The line is back and the room is joined again: what waits can be sent. */
  joined(): void;
  /** The line is gone. */
  lost(): void;
}

interface Watch {
  target: Target;
  version: number;
  changed: (version: number) => void;
  redacted: (target: Target) => void;
}

export type LineState = 'idle' | 'connecting' | 'open' | 'waiting' | 'signed_out' | 'suspended';

/** What the connection needs of the world; tests hand in their own. */
export interface World {
  open(): WebSocket;
  random(): number;
  /** Milliseconds; goes on while the device sleeps. */
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const browserWorld: World = {
  open: () => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    return new WebSocket(`${scheme}://${location.host}/api/v1/live`, 'ligesind.v1');
  },
  random: Math.random,
  now: Date.now,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
};

const OPEN = 1;
const QUIET_MS = 20_000;
const SILENT_MS = 15_000;

/**
 * The one live connection of the page. It opens when something needs it, comes back by itself after a
 * break (sooner when the device says it is online), is renewed where it may be dead without the browser
 * knowing, joins and watches again what was joined and watched, and hands each frame to whoever asked for
 * it. It knows nothing of what the frames mean.
 */
export class LiveSocket {
  state = $state<LineState>('idle');
  #world: World;
  #socket: WebSocket | null = null;
  #attempt = 0;
  /** When the line last gave a sign of life, or was begun. */
  #heard = 0;
  #timer: unknown = null;
  #rooms = new Map<string, RoomEnd>();
  #watches = new Set<Watch>();
  #news = new Map<NewsFrame['type'], Set<(frame: NewsFrame) => void>>();
  #onEnd: (why: 'signed_out' | 'suspended') => void;

  constructor(onEnd: (why: 'signed_out' | 'suspended') => void, world: World = browserWorld) {
    this.#onEnd = onEnd;
    this.#world = world;
  }

  /** Joins a room; answers how to leave it. */
  join(room: RoomEnd): () => void {
    this.#rooms.set(room.id, room);
    if (this.#ready()) this.#joinRoom(room);
    this.#want();
    return () => {
      if (this.#rooms.get(room.id) !== room) return;
      this.#rooms.delete(room.id);
      this.#frame({ type: 'leave', room: room.id });
      this.#rest();
    };
  }

  /** Joins again from the last seq the room has, after a hole in the sequence. */
  rejoin(room: RoomEnd): void {
    this.#joinRoom(room);
  }

  /**
   * Watches a page. `changed` is called when the server's version is another than the one on screen,
   * `redacted` when a text was taken away from it: the screen must forget at once.
   */
  watch(
    target: Target,
    version: number,
    changed: (version: number) => void,
    redacted: (target: Target) => void,
  ): () => void {
    const watch: Watch = { target, version, changed, redacted };
    this.#watches.add(watch);
    this.#frame({ type: 'watch', target, version });
    this.#want();
    return () => {
      this.#watches.delete(watch);
      const others = [...this.#watches].some((other) => same(other.target, target));
      if (!others) this.#frame({ type: 'unwatch', target });
      this.#rest();
    };
  }

  /** Subscribes to `queue` or `notification` frames; answers how to stop. */
  on(type: NewsFrame['type'], take: (frame: NewsFrame) => void): () => void {
    const takers = this.#news.get(type) ?? new Set();
    takers.add(take);
    this.#news.set(type, takers);
    this.#want();
    return () => {
      takers.delete(take);
      this.#rest();
    };
  }

  /** Sends a frame now; false when there is no line (the caller keeps what it wanted to say). */
  send(frame: Record<string, unknown>): boolean {
    return this.#frame(frame);
  }

  /** The device says it is online again: no reason to wait, and the old line may have died with its network. */
  online(): void {
    if (!['waiting', 'connecting', 'open'].includes(this.state)) return;
    this.#attempt = 0;
    this.#connect();
  }

  /**
   * Somebody looks at the page again. A browser does not show the server's pings, so a line that was silent
   * meanwhile may be dead: a new one is sure. No timer looks after it, which would wake a phone for nothing.
   */
  shown(): void {
    if (this.#world.now() - this.#heard >= SILENT_MS) this.online();
  }

  /**
   * The line is dead even where the browser has not noticed yet: the device says it is offline, or what was
   * sent had no answer.
   */
  offline(): void {
    if (this.state === 'open' || this.state === 'connecting') this.#dropped(1006);
  }

  /** Somebody else is signed in now, or nobody: the old line must not go on. */
  renew(): void {
    this.#close();
    this.#attempt = 0;
    this.state = 'idle';
    this.#want();
  }

  /** Ends for good, with the page. */
  stop(): void {
    this.#rooms.clear();
    this.#watches.clear();
    this.#news.clear();
    this.#close();
    this.state = 'idle';
  }

  #needed(): boolean {
    const news = [...this.#news.values()].some((takers) => takers.size > 0);
    return this.#rooms.size > 0 || this.#watches.size > 0 || news;
  }

  #want(): void {
    if (this.state === 'idle' && this.#needed()) this.#connect();
  }

  #rest(): void {
    // Pages come and go within moments: keep the line a while for the next one.
    this.#world.setTimeout(() => {
      if (this.#needed() || this.state === 'idle') return;
      this.#close();
      if (this.state !== 'signed_out' && this.state !== 'suspended') this.state = 'idle';
    }, QUIET_MS);
  }

  #ready(): boolean {
    return this.#socket?.readyState === OPEN;
  }

  #frame(frame: Record<string, unknown>): boolean {
    if (!this.#ready()) return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  #joinRoom(room: RoomEnd): void {
    this.#frame({ type: 'join', room: room.id, after_seq: room.lastSeq });
  }

  #connect(): void {
    this.#close();
    this.state = 'connecting';
    this.#heard = this.#world.now();
    const socket = this.#world.open();
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#socket === socket) this.#opened();
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#take(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#dropped(event.code);
    };
  }

  #close(): void {
    this.#world.clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.close();
    for (const room of this.#rooms.values()) room.lost();
  }

  #opened(): void {
    this.state = 'open';
    for (const room of this.#rooms.values()) this.#joinRoom(room);
    for (const { target, version } of this.#watches)
      this.#frame({ type: 'watch', target, version });
  }

  #dropped(code: number): void {
    this.#close();
    const next = afterClose(code);
    if (next === 'signed_out' || next === 'suspended') {
      this.state = next;
      this.#onEnd(next);
      return;
    }
    this.state = 'waiting';
    if (next === 'slow') this.#attempt = Math.max(this.#attempt, 6);
    const chance = this.#world.random();
    const wait =
      next === 'resume' ? 0 : next === 'spread' ? spread(chance) : backoff(this.#attempt, chance);
    this.#attempt += 1;
    this.#timer = this.#world.setTimeout(() => this.#connect(), wait);
  }

  #take(data: unknown): void {
    this.#heard = this.#world.now();
    const frame = parseFrame(data);
    if (!frame) return;
    this.#attempt = 0;
    if ('target' in frame && frame.target) return this.#takeWatch(frame as WatchFrame);
    if (frame.type === 'queue' || frame.type === 'notification') {
      for (const take of this.#news.get(frame.type) ?? []) take(frame as NewsFrame);
      return;
    }
    const ofRoom = frame as RoomFrame;
    const room = ofRoom.room ? this.#rooms.get(ofRoom.room) : undefined;
    if (!room) return;
    room.take(ofRoom);
    if (ofRoom.type === 'error' && !ofRoom.client_id && ofRoom.problem.code === 'busy') {
      // The room could not be joined just now; the line itself is well.
      this.#world.setTimeout(
        () => {
          if (this.#rooms.get(room.id) === room) this.#joinRoom(room);
        },
        backoff(2, this.#world.random()),
      );
    }
    if (ofRoom.type === 'joined') room.joined();
  }

  #takeWatch(frame: WatchFrame): void {
    for (const watch of this.#watches) {
      if (frame.type === 'redacted') {
        // Names the text that was taken away, on whatever page it stood.
        watch.redacted(frame.target);
      } else if (same(watch.target, frame.target) && watch.version !== frame.version) {
        watch.version = frame.version;
        watch.changed(frame.version);
      }
    }
  }
}

function same(a: Target, b: Target): boolean {
  return a.kind === b.kind && a.id === b.id;
}

/** Reads a frame; what is not one gives null and is left aside. */
function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const frame = JSON.parse(data);
    return frame && typeof frame === 'object' && typeof frame.type === 'string' ? frame : null;
  } catch {
    return null;
  }
}
