import { describe, expect, it } from 'vitest';
import { DEFAULT_TARGET, safeTarget, ShiftCounter } from '#lib/safety/exit.ts';

function press(counter: ShiftCounter, now: number) {
  counter.down('Shift', false);
  return counter.up('Shift', now);
}

describe('Shift three times', () => {
  it('leaves at the third press', () => {
    const counter = new ShiftCounter();
    expect(press(counter, 0)).toEqual({ left: 2 });
    expect(press(counter, 1000)).toEqual({ left: 1 });
    expect(press(counter, 2000)).toEqual({ left: 0 });
  });

  it('does not take a capital letter for a press', () => {
    const counter = new ShiftCounter();
    for (let letter = 0; letter < 5; letter += 1) {
      counter.down('Shift', false);
      counter.down('A', false);
      counter.up('A', letter);
      expect(counter.up('Shift', letter)).toBeNull();
    }
  });

  it('begins anew when a letter comes between', () => {
    const counter = new ShiftCounter();
    press(counter, 0);
    press(counter, 10);
    counter.down('b', false);
    counter.up('b', 20);
    expect(press(counter, 30)).toEqual({ left: 2 });
  });

  it('begins anew after five seconds', () => {
    const counter = new ShiftCounter();
    press(counter, 0);
    press(counter, 4000);
    expect(press(counter, 9500)).toEqual({ left: 2 });
  });

  it('counts a held key once', () => {
    const counter = new ShiftCounter();
    counter.down('Shift', false);
    counter.down('Shift', true);
    counter.down('Shift', true);
    expect(counter.up('Shift', 0)).toEqual({ left: 2 });
  });
});

describe('where leaving goes', () => {
  it('takes the community’s choice', () => {
    expect(safeTarget('https://vejret.example/')).toBe('https://vejret.example/');
  });

  it.each(['javascript:alert(1)', 'http://vejret.example/', '/blog', '', null, undefined])(
    'takes the default instead of %s',
    (wanted) => {
      expect(safeTarget(wanted)).toBe(DEFAULT_TARGET);
    },
  );
});
