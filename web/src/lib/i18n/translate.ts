/** Pure part of the texts: looks a key up, picks the number form and puts words in. */

export type Message = string | { one: string; other: string };
export type Messages = Record<string, Message>;
export type Params = Record<string, string | number>;
/** Words that a community chooses itself, by role and form: `peer_supporter.the_many`. */
export type Words = Record<string, Record<string, string>>;

const SLOT = /\{([A-Za-z_]+)(?:\.([a-z_]+))?\}/g;

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/**
 * Fills the slots of one text. `{name}` comes from the parameters, `{peer_supporter.many}` from the
 * community's words; a capital first letter (`{Peer_supporter.many}`) gives one in the result.
 */
export function fill(text: string, params: Params, words: Words): string {
  return text.replace(SLOT, (whole, name: string, form?: string) => {
    if (!form) return name in params ? String(params[name]) : whole;
    const word = words[name.toLowerCase()]?.[form];
    if (word === undefined) return whole;
    return /^[A-Z]/.test(name) ? capital(word) : word;
  });
}

/** The text for a key in the reader's language; an unknown key gives itself, so that it is seen. */
export function translate(
  messages: Messages,
  words: Words,
  lang: string,
  key: string,
  params: Params = {},
): string {
  const message = messages[key];
  if (message === undefined) return key;
  if (typeof message === 'string') return fill(message, params, words);
  const form = new Intl.PluralRules(lang).select(Number(params['count'] ?? 0));
  return fill(form === 'one' ? message.one : message.other, params, words);
}
