import { newId } from '#lib/api/ids.ts';
import type { Json } from '#lib/api/staff.ts';

/** Working on a document of the community: a tree of texts whose shape stays as it is. */

export type JsonObject = { [key: string]: Json };
const BLOCKS_MAX = 60;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Paragraphs of a page as one Markdown text, and back: they are joined by a blank line when shown. */
export function toMarkdown(blocks: Json[]): string {
  return blocks.filter((block) => typeof block === 'string').join('\n\n');
}
export function toBlocks(markdown: string): string[] {
  const parts = markdown.split(/\n[ \t]*\n+/).filter((part) => part.trim());
  if (parts.length <= BLOCKS_MAX) return parts;
  return [...parts.slice(0, BLOCKS_MAX - 1), parts.slice(BLOCKS_MAX - 1).join('\n\n')];
}

/** The order in which people think of the parts; the server answers them by the alphabet. */
const ORDER = [
  'visitor',
  'participant',
  'peer_supporter',
  'moderator',
  'coordinator',
  'title',
  'label',
  'question',
  'one',
  'the',
  'many',
  'the_many',
  'text',
  'lead',
  'hint',
  'intro',
  'hours',
];

/** The parts of a text in the order of the page. */
export function inOrder(parts: JsonObject): [string, Json][] {
  const place = (key: string) => (ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length);
  return Object.entries(parts).sort(([a], [b]) => place(a) - place(b));
}

/** A new item beside others: the same parts, empty, with an id of its own; what it points at stays the same. */
export function blank(like: Json | undefined): Json {
  if (typeof like === 'string') return '';
  if (!isObject(like)) return like ?? '';
  return Object.fromEntries(
    Object.entries(like).map(([key, value]) => [
      key,
      key === 'id' ? `own_${newId().slice(0, 8)}` : key === 'about' ? value : blank(value),
    ]),
  );
}

/** The list with one item moved up or down. */
export function moved(list: Json[], from: number, by: number): Json[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return list;
  const next = [...list];
  const [item] = next.splice(from, 1);
  next.splice(to, 0, item as Json);
  return next;
}

/**
 * Raises the `version` inside a document whose words were changed: people said yes to the words they saw.
 */
export function withRaisedVersions(before: Json, after: Json): Json {
  if (Array.isArray(after)) {
    return after.map((item, n) =>
      withRaisedVersions(Array.isArray(before) ? (before[n] ?? null) : null, item),
    );
  }
  if (!isObject(after) || !isObject(before)) return after;
  const next = Object.fromEntries(
    Object.entries(after).map(([key, value]) => [
      key,
      withRaisedVersions(before[key] ?? null, value),
    ]),
  );
  const changed = JSON.stringify(before) !== JSON.stringify(after);
  if (changed && typeof before['version'] === 'number') next['version'] = before['version'] + 1;
  return next;
}

export interface Difference {
  path: string;
  mine: string;
  theirs: string;
}

/** Where two documents say different things, text by text. */
export function differences(
  mine: Json | undefined,
  theirs: Json | undefined,
  path = '',
): Difference[] {
  if (JSON.stringify(mine) === JSON.stringify(theirs)) return [];
  const parts = (value: Json | undefined): [string, Json][] | null =>
    Array.isArray(value)
      ? value.map((item, n) => [String(n + 1), item])
      : isObject(value)
        ? Object.entries(value)
        : null;
  const a = parts(mine);
  const b = parts(theirs);
  if (!a && !b) {
    const say = (value: Json | undefined) =>
      value === undefined || value === null ? '' : String(value);
    return [{ path, mine: say(mine), theirs: say(theirs) }];
  }
  const keys = new Set([...(a ?? []), ...(b ?? [])].map(([key]) => key));
  return [...keys].flatMap((key) => {
    const at = (list: [string, Json][] | null) => list?.find(([name]) => name === key)?.[1];
    return key === 'version' ? [] : differences(at(a), at(b), path ? `${path}.${key}` : key);
  });
}
