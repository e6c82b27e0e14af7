import { describe, expect, it, vi } from 'vitest';
import { Drafts } from '#lib/features/discussion/drafts.ts';
import { RoomLog } from '#lib/realtime/room.svelte.ts';
import type { LiveSocket } from '#lib/realtime/socket.svelte.ts';

describe('what somebody has begun to write', () => {
  it('is there again for the same account, also after its session ended', () => {
    const drafts = new Drafts();
    drafts.of('anna').keep('thread 1', 'Kære alle');
    drafts.rest();
    expect(drafts.of(null).get('thread 1')).toBe('');
    expect(drafts.of('anna').get('thread 1')).toBe('Kære alle');
  });

  it('is nobody else’s, and gone once another account was here', () => {
    const drafts = new Drafts();
    drafts.of('anna').keep('thread 1', 'Kære alle');
    expect(drafts.of('bo').get('thread 1')).toBe('');
    expect(drafts.of('anna').get('thread 1')).toBe('');
  });

  it('is gone when its author signs out, whatever still writes into it', () => {
    const drafts = new Drafts();
    const late = drafts.of('anna');
    drafts.forget();
    late.keep('thread 1', 'Kære alle');
    expect(drafts.of('anna').get('thread 1')).toBe('');
  });

  it('holds no place that is empty again', () => {
    const begun = new Drafts().of('anna');
    begun.keep('thread 1', 'Kære alle');
    begun.keep('thread 1', '  ');
    expect(begun.get('thread 1')).toBe('');
  });
});

describe('a room that was left with something unsent', () => {
  const line = (up: boolean) => ({ up, sent: [] as unknown[] });
  function room(socket: ReturnType<typeof line>) {
    const send = (frame: unknown) => (socket.up && socket.sent.push(frame), socket.up);
    return new RoomLog('r', 0, 'anna', { send } as unknown as LiveSocket, async () => []);
  }

  it('goes no more in anybody’s name once its author is not signed in', () => {
    const drafts = new Drafts();
    const socket = line(false);
    const log = room(socket);
    const left = vi.fn();
    log.write('Er her nogen?');
    expect(log.leave(left)).toBe(true);
    drafts.of('anna').rooms.set('r', log);
    expect(left).not.toHaveBeenCalled();
    drafts.rest();
    expect(left).toHaveBeenCalledOnce();
    expect(drafts.of('anna').rooms.get('r')?.outbox).toMatchObject([{ state: 'waiting' }]);
    drafts.forget();
    expect(log.outbox).toEqual([]);
  });
});
