import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Held } from '#lib/api/types.ts';
import type { RoomFrame } from '#lib/realtime/frames.ts';
import { RoomLog } from '#lib/realtime/room.svelte.ts';
import type { LiveSocket } from '#lib/realtime/socket.svelte.ts';

const ROOM = 'room';
const ME = 'me';

class Line {
  sent: Record<string, unknown>[] = [];
  up = true;
  rejoined = 0;
  gaveUp = 0;
  send(frame: Record<string, unknown>) {
    if (this.up) this.sent.push(frame);
    return this.up;
  }
  rejoin() {
    this.rejoined += 1;
  }
  offline() {
    this.gaveUp += 1;
    log.lost();
  }
}

let line: Line;
let log: RoomLog;
const read = vi.fn(async () => []);

beforeEach(() => {
  vi.useFakeTimers();
  line = new Line();
  log = new RoomLog(ROOM, 0, ME, line as unknown as LiveSocket, read);
});

function message(seq: number, more: Record<string, unknown> = {}): RoomFrame {
  return {
    type: 'message',
    room: ROOM,
    seq,
    id: `m${seq}`,
    author: { id: 'other', name: 'Lind', role: 'participant' },
    body_html: `<p>${seq}</p>`,
    created_at: `2026-01-01T00:00:0${seq}Z`,
    ...more,
  } as RoomFrame;
}
const shown = () => log.messages.map(({ id }) => id);

describe('the sequence', () => {
  it('takes each seq once', () => {
    for (const seq of [1, 2, 2, 1, 3]) log.take(message(seq));
    expect(shown()).toEqual(['m1', 'm2', 'm3']);
    expect(log.lastSeq).toBe(3);
  });

  it('asks once for what is missing, and takes nothing before it has come', () => {
    log.take(message(1));
    log.take(message(4));
    log.take(message(5));
    expect(line.rejoined).toBe(1);
    expect(shown()).toEqual(['m1']);
    log.take({ type: 'joined', room: ROOM, seq: 5, state: 'open' });
    for (const seq of [2, 3, 4, 5]) log.take(message(seq));
    expect(shown()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  });

  it('begins at what the server says when it knew nothing', () => {
    const fresh = new RoomLog(ROOM, null, ME, line as unknown as LiveSocket, read);
    fresh.take({ type: 'joined', room: ROOM, seq: 40, state: 'open' });
    fresh.take(message(41, { created_at: '2026-01-01T00:00:00Z' }));
    expect(fresh.lastSeq).toBe(41);
  });

  it('reads the history anew after a reset and goes on from there', async () => {
    log.take(message(1));
    log.take({ type: 'reset', room: ROOM, seq: 900 });
    await vi.runAllTimersAsync();
    expect(read).toHaveBeenCalled();
    expect(shown()).toEqual([]);
    log.take(message(901, { created_at: '2026-01-02T00:00:00Z' }));
    expect(shown()).toEqual(['m901']);
  });
});

describe('forgetting', () => {
  it('drops a redacted message of somebody else, text and all', () => {
    log.take(message(1));
    log.take({ type: 'redacted', room: ROOM, seq: 2, id: 'm1', state: 'hidden' });
    expect(shown()).toEqual([]);
    expect(JSON.stringify(log.messages)).not.toContain('<p>1</p>');
  });

  it('keeps an own hidden message for its author, but not a removed one', () => {
    log.take(message(1, { author: { id: ME, name: 'Jeg', role: 'participant' } }));
    log.take({ type: 'redacted', room: ROOM, seq: 2, id: 'm1', state: 'hidden' });
    expect(log.messages[0]).toMatchObject({ state: 'hidden', body_html: '<p>1</p>' });
    log.take({ type: 'redacted', room: ROOM, seq: 3, id: 'm1', state: 'removed' });
    expect(log.messages[0]).toMatchObject({ state: 'removed', body_html: '' });
  });

  it('leaves nothing of what its author has deleted', () => {
    log.take(message(1, { author: { id: ME, name: 'Jeg', role: 'participant' } }));
    log.take({ type: 'redacted', room: ROOM, seq: 2, id: 'm1', state: 'deleted' });
    expect(log.messages).toEqual([]);
  });

  it('shows a text that is hidden from others to its author as just that, also on coming back', () => {
    const own = { id: ME, name: 'Jeg', role: 'participant' };
    log.take(message(1, { author: own, state: 'hidden' }));
    log.take({ type: 'redacted', room: ROOM, seq: 2, id: 'm1', state: 'hidden' });
    expect(log.messages[0]).toMatchObject({ state: 'hidden', body_html: '<p>1</p>' });
    log.take({ ...message(3, { author: own }), type: 'restored', id: 'm1' } as RoomFrame);
    expect(log.messages[0]).toMatchObject({ state: 'live', seq: 1 });
  });

  it('puts what is restored back in its place', () => {
    log.take(message(1));
    log.take(message(2));
    log.take({ type: 'redacted', room: ROOM, seq: 3, id: 'm1', state: 'hidden' });
    log.take({
      ...message(4),
      type: 'restored',
      id: 'm1',
      item_seq: 1,
      created_at: '2026-01-01T00:00:01Z',
    } as RoomFrame);
    expect(shown()).toEqual(['m1', 'm2']);
  });

  it('shows what is left after spans were taken out', () => {
    log.take(message(1));
    log.take({ type: 'redacted', room: ROOM, seq: 2, id: 'm1', state: 'redacted' });
    expect(log.messages[0]).toMatchObject({ state: 'redacted', body_html: '' });
    log.take({
      type: 'edited',
      room: ROOM,
      seq: 3,
      id: 'm1',
      body_html: '<p>[…]</p>',
      state: 'redacted',
    });
    expect(log.messages[0]).toMatchObject({ state: 'redacted', body_html: '<p>[…]</p>' });
  });

  it('reads again when what it has forgotten comes back with spans taken out', async () => {
    log.take(message(1));
    log.take({ type: 'redacted', room: ROOM, seq: 2, id: 'm1', state: 'hidden_pending' });
    log.take({ type: 'redacted', room: ROOM, seq: 3, id: 'm1', state: 'redacted' });
    read.mockResolvedValueOnce([{ ...message(1), body_html: '<p>[…]</p>' } as never]);
    log.take({ type: 'edited', room: ROOM, seq: 4, id: 'm1', body_html: '<p>[…]</p>' });
    await vi.runAllTimersAsync();
    expect(log.messages).toMatchObject([{ id: 'm1', body_html: '<p>[…]</p>' }]);
  });

  it('never puts back what was taken away while the history was read', async () => {
    const answers = [[message(1)], []];
    const reading = log.fill(async () => {
      const page = answers.shift() ?? [];
      if (answers.length)
        log.take({ type: 'redacted', room: ROOM, seq: 1, id: 'm1', state: 'hidden' });
      return page as never;
    });
    await reading;
    expect(shown()).toEqual([]);
  });
});

describe('own words', () => {
  const own = { id: ME, name: 'Jeg', role: 'participant' };

  it('can be edited from what was sent, until another screen has changed them', () => {
    log.write('hej');
    log.take(message(1, { author: own, client_id: log.outbox[0]!.client_id }));
    expect(log.messages[0]?.body).toBe('hej');
    const edited_at = '2026-01-01T00:01:00Z';
    const frame: RoomFrame = {
      type: 'edited',
      room: ROOM,
      seq: 2,
      id: 'm1',
      body_html: '<p>hej igen</p>',
      edited_at,
    };
    log.take(frame);
    expect(log.messages[0]).toMatchObject({ body_html: '<p>hej igen</p>', revision: 2, edited_at });
    expect(log.messages[0]?.body).toBeUndefined();
  });

  it('keep what this screen changed itself', () => {
    log.take(message(1, { author: own }));
    const changed = { ...log.messages[0]!, body: 'ny', body_html: '<p>ny</p>', revision: 2 };
    log.change(changed);
    log.take({ type: 'edited', room: ROOM, seq: 2, id: 'm1', body_html: '<p>ny</p>' });
    expect(log.messages[0]).toMatchObject({ body: 'ny', revision: 2, state: 'live' });
  });

  it('that wait for a person are there after coming back, once', () => {
    const held = {
      id: 'h1',
      client_id: 'c1',
      body: 'holdt',
      body_html: '',
      created_at: '2026-01-01T00:00:00Z',
      state: 'hidden_pending',
    };
    log.addHeld([held]);
    log.addHeld([held]);
    expect(log.outbox).toMatchObject([{ id: 'h1', state: 'held', text_state: 'hidden_pending' }]);
    log.joined();
    expect(line.sent).toEqual([]);
    log.take(message(1, { author: own, client_id: 'c1' }));
    expect(log.outbox).toEqual([]);
  });
});

describe('how the room stands', () => {
  it('is what the room says, and what is left out stays', () => {
    log.take({ type: 'room', room: ROOM, state: 'closed', by_host: true, slow_mode_s: 30 });
    expect(log.open).toBe(false);
    log.take({ type: 'room', room: ROOM, state: 'open' });
    expect(log.facts).toMatchObject({ state: 'open', by_host: true, slow_mode_s: 30 });
  });
});

describe('the outbox', () => {
  const first = () => log.outbox[0]!;

  it('sends, and lets go when the own message comes', () => {
    log.write('hej');
    expect(first().state).toBe('sending');
    log.take({ type: 'ack', room: ROOM, client_id: first().client_id, seq: 1, id: 'm1' });
    expect(first().state).toBe('sent');
    log.take(message(1, { client_id: first().client_id }));
    expect(log.outbox).toEqual([]);
    expect(shown()).toEqual(['m1']);
  });

  it('waits without a line and sends with the same client_id when it is back', () => {
    line.up = false;
    log.write('hej');
    expect(first().state).toBe('waiting');
    line.up = true;
    log.joined();
    expect(first().state).toBe('sending');
    log.lost();
    expect(first().state).toBe('waiting');
    log.joined();
    expect(line.sent.map(({ client_id }) => client_id)).toEqual([
      first().client_id,
      first().client_id,
    ]);
  });

  it('keeps what was refused, with the reason, and can send it again', () => {
    log.write('hej');
    log.take({
      type: 'error',
      room: ROOM,
      client_id: first().client_id,
      problem: { code: 'slow_mode', seconds: 8 },
    });
    expect(first()).toMatchObject({ state: 'failed', body: 'hej', problem: { seconds: 8 } });
    log.retry(first());
    expect(first()).toMatchObject({ state: 'sending', problem: undefined });
    expect(line.sent).toHaveLength(2);
  });

  it('says so when no answer comes at all, and gives up the line', () => {
    log.write('hej');
    vi.advanceTimersByTime(10_000);
    log.write('er du der?');
    vi.advanceTimersByTime(6000);
    expect(first()).toMatchObject({ state: 'failed', problem: { code: 'no_answer' } });
    // What was sent over the same line goes over the next one, and has its whole time there.
    expect(log.outbox[1]?.state).toBe('waiting');
    log.joined();
    vi.advanceTimersByTime(14_000);
    expect(log.outbox[1]?.state).toBe('sending');
    expect(line.gaveUp).toBe(1);
  });

  it('sends again by itself, by the same name, when the server is busy, and says so after three times', () => {
    log.write('hej');
    const { client_id } = first();
    const busy = () =>
      log.take({ type: 'error', room: ROOM, client_id, problem: { code: 'busy' } });
    for (const wait of [2000, 4000, 8000]) {
      const before = line.sent.length;
      busy();
      expect(first().state).toBe('sending');
      vi.advanceTimersByTime(wait - 1);
      expect(line.sent).toHaveLength(before);
      vi.advanceTimersByTime(wait / 2 + 1);
      expect(line.sent).toHaveLength(before + 1);
    }
    busy();
    expect(first()).toMatchObject({ state: 'failed', problem: { code: 'busy' } });
    expect(new Set(line.sent.map((frame) => frame['client_id']))).toEqual(new Set([client_id]));
    // The person sends it: it has its three times anew.
    log.retry(first());
    busy();
    expect(first().state).toBe('sending');
  });

  it('sends nothing again for somebody whose line has ended', () => {
    log.write('hej');
    const { client_id } = first();
    log.take({ type: 'error', room: ROOM, client_id, problem: { code: 'busy' } });
    log.lost();
    vi.advanceTimersByTime(60_000);
    expect(line.sent).toHaveLength(1);
    log.joined();
    expect(line.sent).toHaveLength(2);
  });

  it('sends on after advice only when the person says so', () => {
    log.write('ring 12345678');
    log.take({ type: 'advice', room: ROOM, client_id: first().client_id, redacted_text: 'ring …' });
    expect(first()).toMatchObject({ state: 'advice', redacted: 'ring …' });
    log.joined();
    expect(line.sent).toHaveLength(1);
    log.retry(first(), true);
    expect(line.sent[1]).toMatchObject({ confirmed: true });
  });

  it('shows help beside a message that went through', () => {
    log.write('jeg orker ikke mere');
    log.take({
      type: 'advice',
      room: ROOM,
      client_id: first().client_id,
      sent: true,
      findings: [{ category: 'crisis', start: 0, end: 3, reason: 'Du er ikke alene' }],
    });
    expect(log.help).toHaveLength(1);
    expect(first().state).toBe('sending');
  });
});

describe('answers', () => {
  const quotes = () => log.messages.map(({ quote }) => quote?.body_html);

  it('say what they answer, and forget it with the message', () => {
    log.take(message(1));
    log.take(message(2, { reply_to: 'm1' }));
    expect(log.messages[1]?.quote).toMatchObject({ author_name: 'Lind', body_html: '<p>1</p>' });
    log.take({ type: 'edited', room: ROOM, seq: 3, id: 'm1', body_html: '<p>ny</p>' });
    expect(quotes()).toEqual([undefined, '<p>ny</p>']);
    log.take({ type: 'redacted', room: ROOM, seq: 4, id: 'm1', state: 'hidden' });
    expect(quotes()).toEqual([undefined]);
  });

  it('of a message that is no longer on the screen say only that there was one', () => {
    log.take(message(1, { reply_to: 'long ago' }));
    expect(quotes()).toEqual(['']);
  });

  it('are sent with the message that they answer', () => {
    log.write('det kender jeg', 'm7');
    expect(line.sent[0]).toMatchObject({ body: 'det kender jeg', reply_to: 'm7' });
  });
});

describe('who is here', () => {
  it('is known once the server has said it', () => {
    expect(log.here).toBeNull();
    log.take({ type: 'room', room: ROOM, state: 'open', people: 3, hosts_here: [] } as RoomFrame);
    expect(log.here).toEqual({ people: 3, hosts: [] });
  });
});

describe('leaving the room', () => {
  const own = { id: ME, name: 'Jeg', role: 'participant' };

  it('waits with it until what was written has gone, and remembers nothing that others said', () => {
    line.up = false;
    log.take(message(1));
    log.write('Hej');
    const leave = vi.fn();
    expect(log.leave(leave)).toBe(true);
    expect(log.messages).toEqual([]);
    expect(leave).not.toHaveBeenCalled();

    line.up = true;
    log.joined();
    log.take(message(2));
    expect(log.messages).toEqual([]);
    expect(line.sent).toHaveLength(1);
    const client_id = log.outbox[0]?.client_id ?? '';
    log.take({ type: 'ack', room: ROOM, client_id, seq: 3, id: 'm3' } as RoomFrame);
    expect(leave).toHaveBeenCalledOnce();
  });

  it('is at once where nothing waits; what needs a person is there on coming back', () => {
    log.write('Et');
    log.write('To');
    const [one, two] = log.outbox.map(({ client_id }) => client_id) as [string, string];
    const problem = { code: 'slow_mode', seconds: 8 };
    log.take({ type: 'error', room: ROOM, client_id: one, problem } as RoomFrame);
    log.take({ type: 'ack', room: ROOM, client_id: two, seq: 1, id: 'm1' } as RoomFrame);
    const leave = vi.fn();
    expect(log.leave(leave)).toBe(true);
    expect(leave).toHaveBeenCalledOnce();

    const again = new RoomLog(ROOM, 1, ME, line as unknown as LiveSocket, read);
    again.resume(log);
    expect(again.outbox).toMatchObject([{ client_id: one, body: 'Et', state: 'failed' }]);
    expect(log.outbox).toEqual([]);
  });

  it('sends again by the same name on coming back, and shows it once', () => {
    log.write('Hej');
    const client_id = log.outbox[0]?.client_id ?? '';
    log.leave(() => {});
    const again = new RoomLog(ROOM, 1, ME, line as unknown as LiveSocket, read);
    again.resume(log);
    again.joined();
    expect(line.sent).toMatchObject([{ client_id }, { client_id }]);
    // The history that was read meanwhile has it already.
    again.take(message(2, { id: 'm1', author: own }));
    again.take({ type: 'ack', room: ROOM, client_id, seq: 1, id: 'm1' } as RoomFrame);
    expect(again.outbox).toEqual([]);
    expect(again.messages).toHaveLength(1);
  });
});

describe('places in the room', () => {
  it('stands by its number, whatever the clocks of the servers say', () => {
    log.take(message(1, { created_at: '2026-01-01T00:00:09Z' }));
    log.take(message(2, { created_at: '2026-01-01T00:00:01Z' }));
    expect(shown()).toEqual(['m1', 'm2']);
  });
});

describe('another screen of the same person', () => {
  const TWENTY = 20;
  /** The text that was written n seconds after the first one. */
  const held = (n: number) => ({
    id: `h${n}`,
    client_id: `c${n}`,
    body: `mine ${n}`,
    body_html: '',
    state: 'hidden_pending',
    created_at: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    reply_to: 'm1',
  });
  /** As the server lists them: newest first, twenty at most. */
  const listed = (...texts: number[]) =>
    texts
      .sort((a, b) => b - a)
      .slice(0, TWENTY)
      .map(held);
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
  const bodies = () => log.outbox.map(({ body }) => body);
  const readHeld = vi.fn<() => Promise<Held[] | null>>();

  beforeEach(() => {
    readHeld.mockReset();
    log = new RoomLog(ROOM, 0, ME, line as unknown as LiveSocket, read, readHeld);
  });
  /** Another screen has written or taken back: this is what waits now. */
  async function otherScreen(...texts: number[]) {
    readHeld.mockResolvedValueOnce(listed(...texts));
    log.take({ type: 'own_held', room: ROOM });
    await vi.advanceTimersByTimeAsync(0);
  }

  it('shows what waits here too, and takes it off when it waits no more', async () => {
    log.write('on its way');
    await otherScreen(1);
    expect(log.outbox).toMatchObject([
      { body: 'mine 1', reply_to: 'm1', state: 'held' },
      { body: 'on its way', state: 'sending' },
    ]);
    await otherScreen();
    expect(bodies()).toEqual(['on its way']);
  });

  it('takes nothing off that is too old for the list, and what waits no more all the same', async () => {
    log.addHeld(listed(...upTo(TWENTY)));
    await otherScreen(...upTo(TWENTY + 3));
    expect(bodies()).toEqual(upTo(TWENTY + 3).map((n) => held(n).body));
    // One of the newest was let in: the list reaches back to what was left out before.
    await otherScreen(...upTo(TWENTY + 3).filter((n) => n !== TWENTY));
    expect(bodies()).not.toContain(held(TWENTY).body);
    expect(log.outbox).toHaveLength(TWENTY + 2);
    // A list that is not full leaves nothing out.
    await otherScreen(...upTo(3));
    expect(bodies()).toEqual(upTo(3).map((n) => held(n).body));
  });

  it('is made good for when the line is back, also where the first try to read fails', async () => {
    log.joined();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(readHeld).not.toHaveBeenCalled();
    log.lost();
    readHeld.mockResolvedValueOnce(null).mockResolvedValueOnce(listed(1));
    log.joined();
    await vi.advanceTimersByTimeAsync(1000);
    expect(readHeld).toHaveBeenCalledOnce();
    expect(bodies()).toEqual([]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(bodies()).toEqual(['mine 1']);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(readHeld).toHaveBeenCalledTimes(2);
  });

  it('leaves what was said to the author of a held text beside it', async () => {
    log.write('jeg orker ikke mere');
    const { client_id } = log.outbox[0]!;
    const findings = [{ category: 'crisis', start: 0, end: 3, reason: 'Du er ikke alene' }];
    log.take({ type: 'held', room: ROOM, client_id, advice: findings });
    readHeld.mockResolvedValueOnce([{ ...held(1), client_id }]);
    log.take({ type: 'own_held', room: ROOM });
    await vi.advanceTimersByTimeAsync(0);
    expect(log.outbox).toMatchObject([{ id: 'h1', state: 'held', findings }]);
  });

  it('is known to have said what the server holds, where the answer to this screen was lost', async () => {
    log.write('mine 1');
    const { client_id } = log.outbox[0]!;
    vi.advanceTimersByTime(20_000);
    expect(log.outbox).toMatchObject([{ state: 'failed' }]);
    readHeld.mockResolvedValueOnce([{ ...held(1), client_id }]);
    log.joined();
    await vi.advanceTimersByTimeAsync(1000);
    expect(log.outbox).toMatchObject([{ id: 'h1', state: 'held', problem: undefined }]);
  });

  it('does not bring back what was let in while the list was on its way', async () => {
    log.addHeld(listed(1));
    let answer: (texts: Held[]) => void = () => {};
    readHeld.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    log.take({ type: 'own_held', room: ROOM });
    log.take(message(1, { id: 'h1', client_id: 'c1' }));
    answer(listed(1));
    await vi.advanceTimersByTimeAsync(0);
    expect(log.outbox).toEqual([]);
    expect(shown()).toEqual(['h1']);
  });

  it('shows how this person nods', () => {
    log.take(message(1));
    const nods = (number: number, my_reactions: string[]) =>
      log.take({ type: 'own_nods', room: ROOM, id: 'm1', number, my_reactions });
    nods(7, ['thanks']);
    nods(6, []);
    expect(log.messages[0]?.my_reactions).toEqual(['thanks']);
    nods(8, []);
    expect(log.messages[0]?.my_reactions).toEqual([]);
  });
});
