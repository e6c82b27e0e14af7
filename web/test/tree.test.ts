import { describe, expect, it } from 'vitest';
import type { TextItem } from '#lib/api/types.ts';
import { arranged, DEPTH_SHOWN, shown, withItem } from '#lib/features/discussion/tree.ts';

function item(path: string | null, more: Partial<TextItem> = {}): TextItem {
  return {
    id: path ?? 'held',
    author: null,
    body_html: '',
    state: 'live',
    revision: 1,
    created_at: '',
    edited_at: null,
    path,
    depth: path ? path.length / 4 - 1 : 0,
    parent_id: path && path.length > 4 ? path.slice(0, -4) : null,
    ...more,
  };
}
const ids = (items: { id: string }[]) => items.map(({ id }) => id);

describe('a discussion', () => {
  const deep = Array.from({ length: 9 }, (_, depth) => item('0001'.repeat(depth + 1)));

  it('shows six levels and counts what is deeper', () => {
    const rows = shown([...deep, item('0002')]);
    expect(rows.map(({ level }) => level)).toEqual([0, 1, 2, 3, 4, 5, 0]);
    expect(rows[DEPTH_SHOWN - 1]?.deeper).toBe(3);
  });

  it('goes on from a text that is deep down', () => {
    const rows = shown([...deep, item('0002')], deep[5]);
    expect(ids(rows.map((row) => row.item))).toEqual(ids(deep.slice(5)));
    expect(rows[0]?.level).toBe(0);
  });

  it('does not count the place of a text that is gone', () => {
    const gone = item('0001'.repeat(7), { state: 'gone' });
    expect(shown([...deep.slice(0, 6), gone])[5]?.deeper).toBe(0);
  });

  it('puts a new answer where the path says', () => {
    const items = [item('0001'), item('0002')];
    expect(ids(withItem(items, item('00010001')))).toEqual(['0001', '00010001', '0002']);
  });

  it('puts an own held answer last below what it answers', () => {
    const items = [item('0001'), item('00010001'), item('0002'), item(null, { parent_id: '0001' })];
    const rows = arranged(items);
    expect(ids(rows)).toEqual(['0001', '00010001', 'held', '0002']);
    expect(rows[2]?.depth).toBe(1);
  });

  it('replaces a text that is there already', () => {
    const rows = withItem([item('0001')], item('0001', { body_html: 'ny' }));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.body_html).toBe('ny');
  });
});
