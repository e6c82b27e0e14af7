/* Routes that the server does not have yet, by hand from the contract; each goes when openapi.json has it. */
import type { Board, Page, Post, PostCard, Problem, TextItem, Thread } from './types.ts';
type Json<T> = { content: { 'application/json': T } };
type Parameters<Path, Query> = [Path] extends [undefined]
  ? { query?: Query; header?: Record<string, string>; path?: never }
  : { query?: Query; header?: Record<string, string>; path: Path };
interface Op<Ok, Body = undefined, Path = undefined, Query = undefined> {
  parameters: Parameters<Path, Query>;
  requestBody?: Body extends undefined ? never : Json<Body>;
  responses: { 200: Json<Ok>; 400: Json<Problem> };
}
type Id = { id: string };
type Paging = { limit?: number; after?: string };
type Any = any; // eslint-disable-line

export interface pending {
  '/api/v1/me': { delete: Op<void, Any> };
  '/api/v1/me/export': { get: Op<Any> };
  '/api/v1/me/posts': { get: Op<Page<Post>, undefined, undefined, Paging> };
  '/api/v1/posts': {
    get: Op<Page<PostCard>, undefined, undefined, Paging & { tag?: string }>;
    post: Op<Post, Any>;
  };
  '/api/v1/posts/{id}': { get: Op<Post, undefined, Id>; patch: Op<Post, Any, Id> };
  '/api/v1/posts/{id}/submit': { post: Op<Any, { confirmed?: boolean }, Id> };
  '/api/v1/posts/{id}/comments': {
    get: Op<Page<TextItem>, undefined, Id, Paging>;
    post: Op<TextItem, Any, Id>;
  };
  '/api/v1/comments/{id}': { patch: Op<TextItem, Any, Id>; delete: Op<void, undefined, Id> };
  '/api/v1/boards': { get: Op<Page<Board>> };
  '/api/v1/boards/{slug}/threads': {
    get: Op<Page<Thread>, undefined, { slug: string }, Paging>;
    post: Op<Thread, Any, { slug: string }>;
  };
  '/api/v1/threads/{id}': { get: Op<Thread, undefined, Id> };
  '/api/v1/threads/{id}/replies': {
    get: Op<Page<TextItem>, undefined, Id, Paging>;
    post: Op<TextItem, Any, Id>;
  };
  '/api/v1/replies/{id}': { patch: Op<TextItem, Any, Id>; delete: Op<void, undefined, Id> };
  '/api/v1/preview': { post: Op<{ body_html: string }, { body: string }> };
}
