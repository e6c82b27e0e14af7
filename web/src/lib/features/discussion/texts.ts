import { api, type Answer, ask } from '#lib/api/client.ts';
import type { TextItem } from '#lib/api/types.ts';
import type { Source } from './source.ts';

/** A text as it is sent. */
export interface NewText {
  body: string;
  parent_id?: string;
  confirmed?: boolean;
}
type Headers = Record<string, string>;

/** Adds a text to a discussion. */
export function add(to: Source, body: NewText, headers: Headers): Promise<Answer<TextItem>> {
  const params = { path: { id: to.of } };
  return to.kind === 'reply'
    ? ask(api().POST('/api/v1/threads/{id}/replies', { params, body, headers }))
    : ask(api().POST('/api/v1/posts/{id}/comments', { params, body, headers }));
}

/** Changes an own text. */
export function edit(within: Source, id: string, body: NewText): Promise<Answer<TextItem>> {
  const params = { path: { id } };
  return within.kind === 'reply'
    ? ask(api().PATCH('/api/v1/replies/{id}', { params, body }))
    : ask(api().PATCH('/api/v1/comments/{id}', { params, body }));
}

/** Deletes an own text. */
export function remove(from: Source, id: string): Promise<Answer<unknown>> {
  const params = { path: { id } };
  return from.kind === 'reply'
    ? ask(api().DELETE('/api/v1/replies/{id}', { params }))
    : ask(api().DELETE('/api/v1/comments/{id}', { params }));
}
