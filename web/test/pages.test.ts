import { describe, expect, it } from 'vitest';
import { inTwoHours, nextAt, openingHours } from '#lib/features/chat/hours.ts';
import { untilNext } from '#lib/features/chat/turn.svelte.ts';
import { outside } from '#lib/safety/outward.svelte.ts';

describe('a time that a host chooses', () => {
  const now = new Date(2026, 10, 22, 21, 40);

  it('is the next moment at which the clock shows it', () => {
    expect(nextAt('23:00', now)).toEqual(new Date(2026, 10, 22, 23, 0));
    expect(nextAt('01:30', now)).toEqual(new Date(2026, 10, 23, 1, 30));
    expect(nextAt('21:40', now)).toEqual(new Date(2026, 10, 23, 21, 40));
    expect(nextAt('', now)).toBeNull();
  });

  it('begins at a half hour about two hours ahead', () => {
    expect(inTwoHours(now)).toBe('23:30');
    expect(inTwoHours(new Date(2026, 10, 22, 23, 5))).toBe('01:00');
  });
});

describe('opening hours', () => {
  it('are read day by day in the reader’s language', () => {
    const hours = [{ weekday: 'monday', from: '16:00', to: '22:00' }];
    expect(openingHours(hours, 'da')).toEqual(['mandag 16.00–22.00']);
    expect(openingHours(hours, 'en')).toEqual(['Monday 16:00–22:00']);
  });
});

describe('the next turn of the hours', () => {
  it('is the first that is still to come', () => {
    const now = Date.parse('2026-11-22T18:00:00Z');
    const times = ['2026-11-22T17:00:00Z', null, '2026-11-22T19:00:00Z', '2026-11-22T18:30:00Z'];
    expect(untilNext(times, now)).toBe(30 * 60_000);
    expect(untilNext([null, undefined, '2026-11-22T17:00:00Z'], now)).toBeNull();
  });
});

describe('a link that somebody wrote', () => {
  const here = 'https://ligesind.example';

  it('leads outside when it is an address of another site', () => {
    expect(outside('https://example.org/a', here)?.host).toBe('example.org');
    expect(outside('http://xn--exmple-cua.org', here)?.host).toBe('xn--exmple-cua.org');
    expect(outside(`${here}.evil.example/`, here)?.host).toBe('ligesind.example.evil.example');
  });

  it('stays here, or opens no page, in every other case', () => {
    for (const href of [`${here}/forum`, 'mailto:a@example.org', 'tel:112', '#m4', '', null]) {
      expect(outside(href, here), String(href)).toBeNull();
    }
  });
});
