/**
 * What is taken out of a text. All offsets count Unicode scalar values, end exclusive, as the server does;
 * JavaScript's own string offsets count otherwise and never leave this file.
 */

export interface Span {
  start: number;
  end: number;
  /** What stands there instead; empty for the usual mark. */
  replacement: string;
}
/** A part of the text as it is shown: a word that can be chosen, or what stands between words. */
export interface Piece {
  start: number;
  end: number;
  text: string;
  word: boolean;
  out: boolean;
}

/** What the server puts where no replacement is given. */
export const MARK = '[…]';

const WORD = /[\p{L}\p{N}\p{M}]+(?:[.@_'’:/+-]+[\p{L}\p{N}\p{M}]+)*/gu;
const count = (text: string) => [...text].length;

/** Length of a text as the server counts it. */
export const scalars = count;

/** Cuts a text into words and what is between, and again where a span begins or ends. */
export function pieces(text: string, spans: readonly Span[]): Piece[] {
  const found: Piece[] = [];
  const cuts = spans.flatMap(({ start, end }) => [start, end]).sort((a, b) => a - b);
  let at = 0;
  const add = (part: string, word: boolean) => {
    const letters = [...part];
    let from = at;
    const end = at + letters.length;
    for (const cut of [...cuts.filter((one) => one > at && one < end), end]) {
      if (cut <= from) continue;
      const out = spans.some((span) => span.start <= from && cut <= span.end);
      const shown = letters.slice(from - at, cut - at).join('');
      found.push({ start: from, end: cut, text: shown, word, out });
      from = cut;
    }
    at = end;
  };
  let last = 0;
  for (const match of text.matchAll(WORD)) {
    if (match.index > last) add(text.slice(last, match.index), false);
    add(match[0], true);
    last = match.index + match[0].length;
  }
  if (last < text.length) add(text.slice(last), false);
  return found;
}

/** Takes a range out too; what touches it, or only blanks away from it, becomes one span. */
export function takeOut(text: string, spans: readonly Span[], start: number, end: number): Span[] {
  if (start >= end) return [...spans];
  const letters = [...text];
  const blank = (from: number, to: number) => /^[ \t]*$/.test(letters.slice(from, to).join(''));
  const merged: Span = { start, end, replacement: '' };
  const rest: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const touches =
      (span.start <= merged.end && merged.start <= span.end) ||
      (span.end < merged.start && blank(span.end, merged.start)) ||
      (merged.end < span.start && blank(merged.end, span.start));
    if (!touches) {
      rest.push(span);
      continue;
    }
    merged.start = Math.min(merged.start, span.start);
    merged.end = Math.max(merged.end, span.end);
    merged.replacement ||= span.replacement;
  }
  return [...rest, merged].sort((a, b) => a.start - b.start);
}

/** Puts a range back: spans are cut, split or gone. */
export function putBack(text: string, spans: readonly Span[], start: number, end: number): Span[] {
  const letters = [...text];
  return spans
    .flatMap((span) => [
      { ...span, end: Math.min(span.end, start) },
      { ...span, start: Math.max(span.start, end) },
    ])
    .map((span) => trimmed(letters, span))
    .filter((span) => span.start < span.end);
}

/** A span without blanks at its ends: those need not go. */
function trimmed(letters: string[], span: Span): Span {
  let { start, end } = span;
  while (start < end && /\s/.test(letters[start] ?? '')) start += 1;
  while (end > start && /\s/.test(letters[end - 1] ?? '')) end -= 1;
  return { ...span, start, end };
}

/** The range without blanks at its ends, or null where nothing is left. */
export function withoutBlanks(text: string, start: number, end: number): [number, number] | null {
  const span = trimmed([...text], { start, end, replacement: '' });
  return span.start < span.end ? [span.start, span.end] : null;
}

/** What a span takes out. */
export function taken(text: string, span: Span): string {
  return [...text].slice(span.start, span.end).join('');
}

/** The text as it will stand. */
export function result(text: string, spans: readonly Span[]): string {
  const letters = [...text];
  let at = 0;
  let written = '';
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    written += letters.slice(at, span.start).join('') + (span.replacement.trim() || MARK);
    at = span.end;
  }
  return written + letters.slice(at).join('');
}

/** The spans as a decision sends them. */
export function toSend(spans: readonly Span[]) {
  return spans.map(({ start, end, replacement }) =>
    replacement.trim() ? { start, end, replacement: replacement.trim() } : { start, end },
  );
}
