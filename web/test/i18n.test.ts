/// <reference types="vite/client" />
import { describe, expect, it } from 'vitest';
import { fill, type Messages, translate } from '#lib/i18n/translate.ts';

const texts = import.meta.glob<Messages>('/src/lib/i18n/{da,en}*.ts', {
  eager: true,
  import: 'default',
});
const files = Object.keys(texts).filter((path) => path.includes('/da'));
const sources = import.meta.glob<string>(['/src/**/*.{svelte,ts}', '!/src/lib/i18n/*'], {
  eager: true,
  import: 'default',
  query: '?raw',
});

const slots = (text: string) => [...text.matchAll(/\{[\w.]+\}/g)].map(([slot]) => slot).sort();
const forms = (message: Messages[string]) =>
  typeof message === 'string' ? [message] : [message.one, message.other];

describe.each(files)('%s and its English', (file) => {
  it('say the same things', () => {
    const da = texts[file]!;
    const en = texts[file.replace('/da', '/en')]!;
    expect(Object.keys(da).length).toBeGreaterThan(0);
    expect(Object.keys(en)).toEqual(Object.keys(da));
    for (const key of Object.keys(da)) {
      expect(typeof en[key], key).toBe(typeof da[key]);
      const [danish, english] = [forms(da[key]!).at(-1)!, forms(en[key]!).at(-1)!];
      expect(slots(english), key).toEqual(slots(danish));
      for (const text of [...forms(da[key]!), ...forms(en[key]!)]) {
        expect(text.trim(), key).not.toBe('');
      }
    }
  });

  it('hold nothing that no page says', () => {
    const code = Object.values(sources).join('\n');
    const made = [...code.matchAll(/(?:\bt\(`|\btCode\(')([\w.]+?)\.?(?:\$\{|')/g)];
    const prefixes = made.map(([, prefix]) => `${prefix}.`);
    const unused = Object.keys(texts[file]!).filter(
      (key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
});

it('a message that was not sent says why, for each code of the live line', () => {
  const told = Object.keys(texts['/src/lib/i18n/da.member.ts']!);
  const codes =
    'not_found room_closed slow_mode muted suspended too_long too_many busy consent_required pledge_required bad_frame no_answer other';
  for (const code of codes.split(' ')) expect(told).toContain(`chat.refused.${code}`);
});

describe('texts', () => {
  const words = { peer_supporter: { one: 'frivillig', the_many: 'de frivillige' } };

  it('take names and the community’s words', () => {
    expect(fill('Hej {name}, her er {peer_supporter.the_many}', { name: 'Lind' }, words)).toBe(
      'Hej Lind, her er de frivillige',
    );
  });

  it('begin a sentence with a capital letter', () => {
    expect(fill('{Peer_supporter.the_many} svarer', {}, words)).toBe('De frivillige svarer');
  });

  it('leave a slot that nobody fills', () => {
    expect(fill('Kl. {time}', {}, words)).toBe('Kl. {time}');
  });

  it('do not fill what was filled in', () => {
    expect(fill('{name}', { name: '{secret}', secret: 'x' }, {})).toBe('{secret}');
  });

  it('choose the form for the number', () => {
    const messages = { n: { one: '{count} tegn', other: '{count} tegn i alt' } };
    expect(translate(messages, {}, 'da', 'n', { count: 1 })).toBe('1 tegn');
    expect(translate(messages, {}, 'da', 'n', { count: 0 })).toBe('0 tegn i alt');
  });
});
