import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isDanger, Reader } from '#lib/features/screening/look.svelte.ts';
import { changesOf, chosen, type Line, tableOf } from '#lib/features/screening/settings.ts';

const line = (surface: string, category: string, severity: string, action: string): Line => ({
  surface,
  category,
  severity,
  action,
  default_action: action,
  choices: ['allow', 'tell_author', 'hold'],
  help: false,
  case_category: null,
  case_level: null,
});

describe('the table', () => {
  const policy = [
    line('post', 'url', 'high', 'tell_author'),
    line('post', 'url', 'low', 'tell_author'),
    line('post', 'grooming', 'high', 'hold'),
    line('post', 'grooming', 'low', 'tell_author'),
    line('chat', 'url', 'high', 'tell_author'),
  ];

  it('shows one line where severities are alike and each where they are not', () => {
    const rows = tableOf(policy, 'post').flatMap((group) => group.rows);
    expect(rows.map(({ category, alike }) => [category, alike])).toEqual([
      ['grooming', false],
      ['url', true],
    ]);
    expect(tableOf(policy, 'staff_copy')).toEqual([]);
  });

  it('sends what differs from the default, and nothing else', () => {
    expect(changesOf(policy)).toEqual([]);
    const changed = chosen(policy, policy.slice(0, 2), 'hold');
    expect(changesOf(changed)).toEqual([
      { surface: 'post', category: 'url', severity: 'high', action: 'hold' },
      { surface: 'post', category: 'url', severity: 'low', action: 'hold' },
    ]);
    expect(changesOf(chosen(changed, changed.slice(0, 2), 'tell_author'))).toEqual([]);
  });
});

describe('reading while somebody writes', () => {
  const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const seen = {
    action: 'warn_author',
    findings: [{ category: 'phone', start: 0, end: 4, reason: 'x' }],
    redacted_text: '…',
  };
  const fetch = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', fetch);
    vi.stubGlobal('document', { documentElement: { lang: 'da' } });
    fetch.mockReset();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('asks once after a pause, with the newest words', async () => {
    fetch.mockImplementation(async () => answer(200, seen));
    const reader = new Reader('chat');
    for (const text of ['mit nummer', 'mit nummer er', 'mit nummer er 12']) reader.written(text);
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(JSON.parse(fetch.mock.calls[0]![1].body)).toEqual({
      text: 'mit nummer er 12',
      context: { surface: 'chat' },
    });
    expect(reader.look?.action).toBe('warn_author');
    expect(isDanger(reader.look!)).toBe(false);
    reader.written('');
    expect(reader.look).toBeNull();
  });

  it('says nothing of words that no longer stand there', async () => {
    let late: (response: Response) => void = () => {};
    fetch.mockImplementationOnce(() => new Promise((resolve) => (late = resolve)));
    const reader = new Reader('forum');
    reader.written('mit nummer er 12');
    await vi.runAllTimersAsync();
    reader.written('noget helt andet');
    late(answer(200, seen));
    await Promise.resolve();
    reader.stop();
    await vi.runAllTimersAsync();
    expect(reader.look).toBeNull();
  });

  it('keeps quiet without a line and for as long as it is asked to', async () => {
    const reader = new Reader('forum');
    fetch.mockRejectedValueOnce(new TypeError('no line'));
    reader.written('den første tekst');
    await vi.runAllTimersAsync();
    expect(reader.look).toBeNull();
    fetch.mockImplementation(async () =>
      answer(429, { code: 'too_many' }, { 'retry-after': '30' }),
    );
    reader.written('den anden tekst');
    await vi.runAllTimersAsync();
    reader.written('den tredje tekst');
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledTimes(2);
    fetch.mockImplementation(async () => answer(200, seen));
    await vi.advanceTimersByTimeAsync(30_000);
    reader.written('den fjerde tekst');
    await vi.runAllTimersAsync();
    expect(fetch).toHaveBeenCalledTimes(3);
    expect(reader.look?.text).toBe('den fjerde tekst');
  });
});
