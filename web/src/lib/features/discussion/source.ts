import { api, type Answer, ask } from '#lib/api/client.ts';
import type { Page, TextItem } from '#lib/api/types.ts';

export interface NewText {
  body: string;
  parent_id?: string;
  confirmed?: boolean;
}
type Headers = Record<string, string>;

/** Where the texts of a discussion come from and go to: replies of a thread or comments of a post. */
export interface Source {
  kind: 'reply' | 'comment';
  list(after: string | undefined, limit: number): Promise<Answer<Page<TextItem>>>;
  add(body: NewText, headers: Headers): Promise<Answer<TextItem>>;
  edit(id: string, body: NewText): Promise<Answer<TextItem>>;
  remove(id: string): Promise<Answer<unknown>>;
}

type Fetch = typeof globalThis.fetch;

/** Replies of a thread. */
export function replies(thread: string, fetch?: Fetch): Source {
  const path = { id: thread };
  return {
    kind: 'reply',
    list: (after, limit) =>
      ask(
        api(fetch).GET('/api/v1/threads/{id}/replies', {
          params: { path, query: { after, limit } },
        }),
      ),
    add: (body, headers) =>
      ask(api().POST('/api/v1/threads/{id}/replies', { params: { path }, body, headers })),
    edit: (id, body) =>
      ask(api().PATCH('/api/v1/replies/{id}', { params: { path: { id } }, body })),
    remove: (id) => ask(api().DELETE('/api/v1/replies/{id}', { params: { path: { id } } })),
  };
}

/** Comments under a post. */
export function comments(post: string, fetch?: Fetch): Source {
  const path = { id: post };
  return {
    kind: 'comment',
    list: (after, limit) =>
      ask(
        api(fetch).GET('/api/v1/posts/{id}/comments', {
          params: { path, query: { after, limit } },
        }),
      ),
    add: (body, headers) =>
      ask(api().POST('/api/v1/posts/{id}/comments', { params: { path }, body, headers })),
    edit: (id, body) =>
      ask(api().PATCH('/api/v1/comments/{id}', { params: { path: { id } }, body })),
    remove: (id) => ask(api().DELETE('/api/v1/comments/{id}', { params: { path: { id } } })),
  };
}
