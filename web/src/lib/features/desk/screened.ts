import { api, ask } from '#lib/api/client.ts';
import { type Span, takeOut } from './spans.ts';

/** What the program that reads first would take out of a text: a beginning for a moderator, never the last word. */
export async function proposed(text: string, kind: string): Promise<Span[]> {
  const surface = kind === 'message' ? 'chat' : kind === 'post' ? 'post' : 'forum';
  const { data } = await ask(
    api().POST('/api/v1/screen', { body: { text, context: { surface } } }),
  );
  let spans: Span[] = [];
  for (const { start, end, replacement } of data?.findings ?? []) {
    if (!replacement) continue;
    spans = takeOut(text, spans, start, end).map((span) =>
      span.start <= start && end <= span.end && !span.replacement ? { ...span, replacement } : span,
    );
  }
  return spans;
}
