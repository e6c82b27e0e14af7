/** What the buttons above a text field do to Markdown: pure, from text and selection to text and selection. */

export interface Selection {
  text: string;
  start: number;
  end: number;
}
export type Tool = 'bold' | 'italic' | 'quote' | 'list' | 'link';

/** What their buttons show; like the site's other icons, but only those who write need them. */
export const icons: Record<Tool, string> = {
  bold: 'M7 5h6a3.5 3.5 0 0 1 0 7H7zM7 12h7a3.5 3.5 0 0 1 0 7H7z',
  italic: 'M10 5h7M7 19h7M14 5l-4 14',
  quote: 'M6 16c2-1 3-2.5 3-5H5V7h4M15 16c2-1 3-2.5 3-5h-4V7h4',
  list: 'M9 7h11M9 12h11M9 17h11M4.5 7h.1M4.5 12h.1M4.5 17h.1',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
};

function around(at: Selection, mark: string): Selection {
  const chosen = at.text.slice(at.start, at.end);
  const before = at.text.slice(0, at.start);
  const after = at.text.slice(at.end);
  if (before.endsWith(mark) && after.startsWith(mark)) {
    return {
      text: before.slice(0, -mark.length) + chosen + after.slice(mark.length),
      start: at.start - mark.length,
      end: at.end - mark.length,
    };
  }
  return {
    text: before + mark + chosen + mark + after,
    start: at.start + mark.length,
    end: at.end + mark.length,
  };
}

function lines(at: Selection, prefix: string): Selection {
  const from = at.text.lastIndexOf('\n', at.start - 1) + 1;
  const found = at.text.indexOf('\n', at.end);
  const to = found === -1 ? at.text.length : found;
  const rows = at.text.slice(from, to).split('\n');
  const all = rows.every((row) => row.startsWith(prefix));
  const made = rows.map((row) => (all ? row.slice(prefix.length) : prefix + row)).join('\n');
  return {
    text: at.text.slice(0, from) + made + at.text.slice(to),
    start: from,
    end: from + made.length,
  };
}

function link(at: Selection): Selection {
  const chosen = at.text.slice(at.start, at.end) || 'tekst';
  const made = `[${chosen}](https://)`;
  const address = at.start + chosen.length + 3;
  return {
    text: at.text.slice(0, at.start) + made + at.text.slice(at.end),
    start: address,
    end: address + 'https://'.length,
  };
}

/** Uses a tool on the selection; used again it takes the mark away. */
export function apply(tool: Tool, at: Selection): Selection {
  switch (tool) {
    case 'bold':
      return around(at, '**');
    case 'italic':
      return around(at, '_');
    case 'quote':
      return lines(at, '> ');
    case 'list':
      return lines(at, '- ');
    case 'link':
      return link(at);
  }
}
