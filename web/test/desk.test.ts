import { describe, expect, it } from 'vitest';
import da from '../src/lib/i18n/da.staff.ts';
import en from '../src/lib/i18n/en.staff.ts';
import { conversationOf } from '../src/lib/features/desk/conversation.ts';
import { due, span } from '../src/lib/features/desk/due.ts';
import {
  pieces,
  putBack,
  result,
  scalars,
  takeOut,
  taken,
  toSend,
  withoutBlanks,
} from '../src/lib/features/desk/spans.ts';
import {
  blank,
  differences,
  moved,
  toBlocks,
  toMarkdown,
  withRaisedVersions,
} from '../src/lib/features/community/document.ts';

const TEXT = 'Ring til Søren 👋🏽 på 20 30 40 50.';

describe('taking words out of a text', () => {
  it('counts as the server does: one for each scalar value', () => {
    const words = pieces(TEXT, []).filter(({ word }) => word);
    const søren = words.find(({ text }) => text === 'Søren');
    expect(søren).toMatchObject({ start: 9, end: 14 });
    const på = words.find(({ text }) => text === 'på');
    expect([...TEXT].slice(på?.start, på?.end).join('')).toBe('på');
  });

  it('loses nothing of the text in its pieces', () => {
    const spans = takeOut(TEXT, [], 10, 12);
    expect(
      pieces(TEXT, spans)
        .map(({ text }) => text)
        .join(''),
    ).toBe(TEXT);
    expect(pieces(TEXT, spans).filter(({ out }) => out)).toMatchObject([{ start: 10, end: 12 }]);
  });

  it('joins neighbours, keeps their replacement, and puts a word back out of the middle', () => {
    const at = (word: string) => {
      const start = scalars(TEXT.slice(0, TEXT.indexOf(word)));
      return [start, start + scalars(word)] as const;
    };
    let spans = takeOut(TEXT, [], ...at('20'));
    spans = spans.map((one) => ({ ...one, replacement: '[nummer]' }));
    spans = takeOut(TEXT, spans, ...at('40'));
    expect(spans).toHaveLength(2);
    spans = takeOut(TEXT, spans, ...at('30'));
    expect(spans).toHaveLength(1);
    expect(result(TEXT, spans)).toBe('Ring til Søren 👋🏽 på [nummer] 50.');
    spans = putBack(TEXT, spans, ...at('30'));
    expect(spans.map((one) => taken(TEXT, one))).toEqual(['20', '40']);
  });

  it('sends a replacement only where there is one', () => {
    const spans = takeOut('abc def', takeOut('abc def', [], 0, 3), 4, 7);
    expect(toSend(spans)).toEqual([{ start: 0, end: 7 }]);
    expect(result('abc def', spans)).toBe('[…]');
    expect(withoutBlanks('  a ', 0, 4)).toEqual([2, 3]);
    expect(withoutBlanks('    ', 0, 4)).toBeNull();
  });
});

describe('due times', () => {
  it('count down and say when they have passed', () => {
    const now = Date.parse('2026-01-01T12:00:00Z');
    expect(due('2026-01-01T12:10:00Z', now)).toMatchObject({ over: false, soon: true });
    expect(due('2026-01-01T11:40:00Z', now)).toMatchObject({ over: true, soon: false });
    expect(span(-20 * 60_000, 'da')).toBe('20 minutter');
    expect(span(60 * 60_000, 'en')).toBe('1 hour');
    expect(span(72 * 3_600_000 - 1000, 'da')).toBe('71 timer');
    expect(span(72 * 3_600_000, 'da')).toBe('72 timer');
    expect(span(97 * 3_600_000, 'da')).toMatch(/4 (dage|døgn)/);
  });
});

describe('documents of the community', () => {
  it('keep their paragraphs through the one field they are written in', () => {
    const blocks = ['## Et', 'To\nlinjer', '- a\n- b'];
    expect(toBlocks(toMarkdown(blocks))).toEqual(blocks);
    expect(toBlocks(Array.from({ length: 90 }, (_, n) => `p${n}`).join('\n\n'))).toHaveLength(60);
  });

  it('tell where two of them differ', () => {
    const mine = { a: 'x', list: ['1', '2'], version: 1 };
    const theirs = { a: 'y', list: ['1'], version: 2 };
    expect(differences(mine, theirs)).toEqual([
      { path: 'a', mine: 'x', theirs: 'y' },
      { path: 'list.2', mine: '2', theirs: '' },
    ]);
  });

  it('raise the version of words that people said yes to, and of no others', () => {
    const before = {
      rules: { question: 'a', version: 1 },
      sensitive: { question: 'b', version: 4 },
    };
    const after = { ...before, sensitive: { question: 'c', version: 4 } };
    expect(withRaisedVersions(before, after)).toEqual({
      rules: { question: 'a', version: 1 },
      sensitive: { question: 'c', version: 5 },
    });
  });

  it('make new items in the shape of the old, with an id of their own', () => {
    const item = blank({ id: 'a', text: 'A' }) as { id: string; text: string };
    expect(item.text).toBe('');
    expect(item.id).toMatch(/^own_/);
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a'], 0, 1)).toEqual(['a']);
  });
});

describe('what screening saw in a conversation', () => {
  const codes = {
    room: 'r',
    stage: 'urgent',
    steps: [
      { step: 'asks_age', message: 'm', at: '2026-11-22T18:00:00Z' },
      { step: 'secrecy', message: null, at: null },
    ],
    circumstances: ['one_sided', 'other_is_child'],
  };

  it('is read from the codes of an event, which may be older than the page', () => {
    expect(conversationOf(codes)).toEqual({
      steps: [
        { step: 'asks_age', at: '2026-11-22T18:00:00Z' },
        { step: 'secrecy', at: null },
      ],
      circumstances: ['one_sided', 'other_is_child'],
    });
    expect(conversationOf({})).toEqual({ steps: [], circumstances: [] });
  });

  it('has words in both languages for each of them', () => {
    for (const messages of [da, en] as Record<string, unknown>[]) {
      for (const { step } of conversationOf(codes).steps)
        expect(messages).toHaveProperty([`desk.conversation.step.${step}`]);
      for (const known of conversationOf(codes).circumstances)
        expect(messages).toHaveProperty([`desk.conversation.circumstance.${known}`]);
    }
  });
});
