import { describe, expect, it } from 'vitest';
import { apply } from '#lib/editor/toolbar.ts';
import { wayBack } from '#lib/features/accounts/back.ts';
import { parseTags } from '#lib/features/blog/tags.ts';
import { pebbleOf } from '#lib/ui/pebble.ts';
import { near } from '#lib/ui/time.ts';

describe('the way back after signing in', () => {
  const back = (from: string) =>
    wayBack(new URL(`https://x/log-ind?fra=${encodeURIComponent(from)}`));

  it('stays on this site', () => {
    expect(back('/forum/hverdag')).toBe('/forum/hverdag');
    for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', '']) {
      expect(back(bad), bad).toBe('/');
    }
  });
});

describe('writing tools', () => {
  const at = (text: string, start: number, end: number) => ({ text, start, end });

  it('make words bold, and plain again', () => {
    const bold = apply('bold', at('hej du', 4, 6));
    expect(bold).toEqual(at('hej **du**', 6, 8));
    expect(apply('bold', bold)).toEqual(at('hej du', 4, 6));
  });

  it('make a list of the lines that are chosen', () => {
    const list = apply('list', at('en\nto\ntre', 3, 9));
    expect(list.text).toBe('en\n- to\n- tre');
    expect(apply('list', list).text).toBe('en\nto\ntre');
  });

  it('put the cursor where the address of a link goes', () => {
    const { text, start, end } = apply('link', at('se her', 3, 6));
    expect(text).toBe('se [her](https://)');
    expect(text.slice(start, end)).toBe('https://');
  });
});

describe('topics', () => {
  it('are read as people type them', () => {
    expect(parseTags(' Skole, #angst;skole,, venner ')).toEqual(['skole', 'angst', 'venner']);
  });
});

describe('a pebble', () => {
  it('is the same for the same id and spreads over all shapes and colours', () => {
    expect(pebbleOf('a')).toEqual(pebbleOf('a'));
    const made = Array.from({ length: 300 }, (_, n) => pebbleOf(`${n}-x`));
    expect(new Set(made.map(({ shape }) => shape)).size).toBe(4);
    expect(new Set(made.map(({ colour }) => colour)).size).toBe(6);
  });
});

describe('times', () => {
  const now = new Date('2026-03-10T12:00:00');

  it.each([
    ['2026-03-10T11:59:40', 'nu'],
    ['2026-03-10T11:50:00', 'for 10 minutter siden'],
    ['2026-03-10T08:05:00', 'i dag kl. 08.05'],
    ['2026-03-09T22:00:00', 'i går kl. 22.00'],
    ['2026-03-11T19:00:00', 'i morgen kl. 19.00'],
    ['2026-01-02T10:00:00', '2. januar'],
    ['2025-12-31T10:00:00', '31. december 2025'],
  ])('%s is said as “%s”', (at, said) => {
    expect(near(new Date(at), 'da', now)).toBe(said);
  });
});
