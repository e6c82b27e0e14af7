import type { TextItem } from '#lib/api/types.ts';

/** Levels shown below each other (RIGHTS.md); what is deeper has a page of its own. */
export const DEPTH_SHOWN = 6;

export interface Shown {
  item: TextItem;
  /** Level on this page, from 0. */
  level: number;
  /** Replies below it that this page leaves out. */
  deeper: number;
}

const pathOf = (item: TextItem) => item.path ?? '';
/** Code units, not language: as the server orders (`COLLATE "C"`). */
export const byPath = (a: TextItem, b: TextItem) =>
  pathOf(a) < pathOf(b) ? -1 : pathOf(a) > pathOf(b) ? 1 : 0;

function isBelow(item: TextItem, above: TextItem): boolean {
  const path = pathOf(above);
  return path !== '' && pathOf(item).length > path.length && pathOf(item).startsWith(path);
}

/** Whether an item belongs to the part of the discussion that begins with `top`. */
export function isWithin(item: TextItem, top: TextItem): boolean {
  return item.id === top.id || isBelow(item, top);
}

/** What of the items is shown, in order: all of it or the part below `top`, at most six levels. */
export function shown(items: TextItem[], top?: TextItem): Shown[] {
  const base = top?.depth ?? 0;
  const rows: Shown[] = [];
  let last: Shown | undefined;
  for (const item of items) {
    if (top && !isWithin(item, top)) continue;
    const level = (item.depth ?? 0) - base;
    if (level < DEPTH_SHOWN) {
      const row = { item, level, deeper: 0 };
      rows.push(row);
      if (level === DEPTH_SHOWN - 1) last = row;
    } else if (last && item.state !== 'gone') {
      last.deeper += 1;
    }
  }
  return rows;
}

/** The items with one more in its place. A text without a path (held) stands last below its parent. */
export function withItem(items: TextItem[], added: TextItem): TextItem[] {
  const rest = items.filter((item) => item.id !== added.id);
  if (added.path) return [...rest, added].sort(byPath);
  const parent = rest.find((item) => item.id === added.parent_id);
  if (!parent) return [...rest, { ...added, depth: 0 }];
  const after = rest.findLastIndex((item) => isWithin(item, parent));
  const placed = { ...added, depth: (parent.depth ?? 0) + 1 };
  return [...rest.slice(0, after + 1), placed, ...rest.slice(after + 1)];
}

/** A list of the server in order, with the reader's own held texts moved below what they answer. */
export function arranged(items: TextItem[]): TextItem[] {
  const published = items.filter((item) => item.path);
  return items.filter((item) => !item.path).reduce(withItem, published);
}
