import { beforeEach, describe, expect, it } from 'vitest';
import { afterClose, backoff, spread } from '#lib/realtime/backoff.ts';
import { FRONT, type RoomFrame } from '#lib/realtime/frames.ts';
import { LiveSocket, type RoomEnd, type World } from '#lib/realtime/socket.svelte.ts';

class FakeSocket {
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(data: string) {
    this.sent.push(JSON.parse(data));
  }
  close() {
    this.readyState = 3;
  }
  up() {
    this.readyState = 1;
    this.onopen?.();
  }
  down(code: number) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  say(frame: unknown) {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
}

class FakeRoom implements RoomEnd {
  id = 'r';
  lastSeq: number | null = 7;
  frames: RoomFrame[] = [];
  back = 0;
  gone = 0;
  take(frame: RoomFrame) {
    this.frames.push(frame);
  }
  joined() {
    this.back += 1;
  }
  lost() {
    this.gone += 1;
  }
}

let sockets: FakeSocket[];
let timers: { run: () => void; ms: number }[];
let ended: string[];
let now: number;
let live: LiveSocket;
const last = () => sockets.at(-1)!;

beforeEach(() => {
  sockets = [];
  timers = [];
  ended = [];
  now = 0;
  const world: World = {
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    random: () => 0.5,
    now: () => now,
    setTimeout: (run, ms) => timers.push({ run, ms }),
    clearTimeout: () => undefined,
  };
  live = new LiveSocket((why) => ended.push(why), world);
});

describe('the connection', () => {
  it('opens only when something needs it', () => {
    expect(sockets).toHaveLength(0);
    live.join(new FakeRoom());
    expect(sockets).toHaveLength(1);
    expect(live.state).toBe('connecting');
  });

  it('joins from the last seq, and again after a break', () => {
    const room = new FakeRoom();
    live.join(room);
    last().up();
    expect(last().sent).toEqual([{ type: 'join', room: 'r', after_seq: 7 }]);
    last().say({ type: 'joined', room: 'r', seq: 9, state: 'open' });
    expect(room.back).toBe(1);
    room.lastSeq = 9;
    last().down(1006);
    expect(room.gone).toBe(1);
    expect(live.state).toBe('waiting');
    timers.at(-1)!.run();
    last().up();
    expect(last().sent).toEqual([{ type: 'join', room: 'r', after_seq: 9 }]);
  });

  it('comes back at once when the device is online again, and when it was too slow', () => {
    live.join(new FakeRoom());
    last().up();
    live.offline();
    expect(live.state).toBe('waiting');
    live.online();
    expect(live.state).toBe('connecting');
    last().up();
    last().down(4008);
    expect(timers.at(-1)!.ms).toBe(0);
  });

  it('is renewed on a new network, though the old line looks open', () => {
    const room = new FakeRoom();
    live.join(room);
    const old = last();
    old.up();
    live.online();
    expect(room.gone).toBe(1);
    expect(old.readyState).toBe(3);
    last().up();
    expect(sockets).toHaveLength(2);
    expect(last().sent).toEqual([{ type: 'join', room: 'r', after_seq: 7 }]);
  });

  it('is renewed when the page is looked at after a silence, and left alone where it lives', () => {
    live.join(new FakeRoom());
    last().up();
    now = 20_000;
    last().say({ type: 'joined', room: 'r', seq: 7, state: 'open' });
    now = 30_000;
    live.shown();
    expect(sockets).toHaveLength(1);
    now = 40_000;
    live.shown();
    live.shown();
    expect(sockets).toHaveLength(2);
  });

  it('does not come back when the session has ended', () => {
    live.join(new FakeRoom());
    last().up();
    last().down(4001);
    expect(ended).toEqual(['signed_out']);
    expect(live.state).toBe('signed_out');
    live.online();
    expect(sockets).toHaveLength(1);
  });

  it('takes nothing from a socket that was left', () => {
    const room = new FakeRoom();
    live.join(room);
    const old = last();
    old.up();
    live.renew();
    old.say({ type: 'joined', room: 'r', seq: 1, state: 'open' });
    expect(room.frames).toEqual([]);
  });

  it('leaves aside what is no frame', () => {
    const room = new FakeRoom();
    live.join(room);
    last().up();
    for (const junk of ['{', 'null', '[]', '{"type":1}', '{"room":"r"}']) last().say(junk);
    expect(room.frames).toEqual([]);
  });
});

describe('watching', () => {
  it('calls only when the server has another version', () => {
    const seen: number[] = [];
    live.watch(
      FRONT,
      3,
      (version) => seen.push(version),
      () => undefined,
    );
    last().up();
    expect(last().sent).toEqual([{ type: 'watch', target: FRONT, version: 3 }]);
    last().say({ type: 'watching', target: FRONT, version: 3 });
    last().say({ type: 'changed', target: FRONT, version: 4 });
    last().say({ type: 'changed', target: FRONT, version: 4 });
    expect(seen).toEqual([4]);
  });

  it('tells at once that a text was taken away', () => {
    const gone: string[] = [];
    live.watch(
      FRONT,
      3,
      () => undefined,
      ({ kind }) => gone.push(kind),
    );
    last().up();
    last().say({ type: 'redacted', target: FRONT, state: 'hidden', version: 4 });
    last().say({ type: 'redacted', target: { kind: 'reply', id: 'x' }, state: 'hidden' });
    expect(gone).toEqual(['front', 'reply']);
  });

  it('goes on watching for another part of the page', () => {
    const nothing = () => undefined;
    const stop = live.watch(FRONT, 3, nothing, nothing);
    live.watch(FRONT, 3, nothing, nothing);
    last().up();
    stop();
    expect(last().sent.some(({ type }) => type === 'unwatch')).toBe(false);
  });
});

describe('news', () => {
  it('reaches who asked for it, until they stop', () => {
    const got: unknown[] = [];
    const stop = live.on('notification', (frame) => got.push(frame['unread']));
    last().up();
    last().say({ type: 'notification', unread: 2 });
    last().say({ type: 'queue', open: 1 });
    stop();
    last().say({ type: 'notification', unread: 3 });
    expect(got).toEqual([2]);
  });
});

describe('a server in trouble', () => {
  it('is asked again for a room that it could not let us into', () => {
    const room = new FakeRoom();
    live.join(room);
    last().up();
    const asked = () => last().sent.filter((frame) => frame.type === 'join').length;
    expect(asked()).toBe(1);
    last().say({ type: 'error', room: 'r', problem: { code: 'busy' } });
    timers.at(-1)?.run();
    expect(asked()).toBe(2);
    last().say({ type: 'error', room: 'r', problem: { code: 'not_found' } });
    expect(asked()).toBe(2);
  });
});

describe('waiting', () => {
  it('doubles, with chance, and never waits longer than half a minute', () => {
    expect(backoff(0, 0)).toBe(250);
    expect(backoff(0, 1)).toBe(500);
    expect(backoff(3, 1)).toBe(4000);
    expect(backoff(30, 1)).toBe(30_000);
  });

  it('spreads those who leave together over some seconds', () => {
    expect(spread(0)).toBe(300);
    expect(spread(0.5)).toBe(2800);
    expect(spread(1)).toBe(5300);
  });

  it.each([
    [4001, 'signed_out'],
    [4003, 'suspended'],
    [4008, 'resume'],
    [4029, 'slow'],
    [1001, 'spread'],
    [1006, 'retry'],
  ])('after %i: %s', (code, next) => {
    expect(afterClose(code)).toBe(next);
  });
});
