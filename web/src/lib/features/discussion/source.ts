import { api, type Answer, ask } from '#lib/api/client.ts';
import type { Page, TextItem } from '#lib/api/types.ts';

/** Where the texts of a discussion come from: replies of a thread or comments of a post. */
export interface Source {
  kind: 'reply' | 'comment';
  /** Id of the thread or post. */
  of: string;
  list(after: string | undefined, limit: number): Promise<Answer<Page<TextItem>>>;
}

type Fetch = typeof globalThis.fetch;

/** Replies of a thread. */
export function replies(thread: string, fetch?: Fetch): Source {
  return {
    kind: 'reply',
    of: thread,
    list: (after, limit) =>
      ask(
        api(fetch).GET('/api/v1/threads/{id}/replies', {
          params: { path: { id: thread }, query: { after, limit } },
        }),
      ),
  };
}

/** Comments under a post. */
export function comments(post: string, fetch?: Fetch): Source {
  return {
    kind: 'comment',
    of: post,
    list: (after, limit) =>
      ask(
        api(fetch).GET('/api/v1/posts/{id}/comments', {
          params: { path: { id: post }, query: { after, limit } },
        }),
      ),
  };
}
