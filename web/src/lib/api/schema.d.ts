/* Interim, by hand from the contract: replaced by what `npm run api` makes of openapi.json. */
import type {
  Board,
  Community,
  CommunityPage,
  Decision,
  Me,
  Message,
  Notification,
  Page,
  Post,
  PostCard,
  Problem,
  Room,
  Session,
  TextItem,
  Thread,
} from './types.ts';

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
type Account = { id: string; pseudonym: string; roles: Me['roles'] };

export interface paths {
  '/accounts': { post: Op<{ account: Account; recovery_code: string }, Any> };
  '/pseudonyms/suggestions': { get: Op<{ items: string[] }> };
  '/session': {
    post: Op<{ account: Account }, { pseudonym: string; password: string }>;
    delete: Op<void>;
  };
  '/sessions': { get: Op<Page<Session>>; delete: Op<void> };
  '/recovery': { post: Op<{ recovery_code?: string }, Any> };
  '/me': { get: Op<Me>; patch: Op<Me, Any>; delete: Op<void, Any> };
  '/me/password': { put: Op<void, Any> };
  '/me/export': { get: Op<Any> };
  '/me/posts': { get: Op<Page<Post>, undefined, undefined, Paging> };
  '/me/decisions': { get: Op<Page<Decision>, undefined, undefined, Paging> };
  '/me/notifications': { get: Op<Page<Notification>, undefined, undefined, Paging> };
  '/me/notifications/read': { post: Op<void> };
  '/decisions/{id}/appeal': { post: Op<Any, { text: string }, Id> };
  '/community': { get: Op<Community> };
  '/community/pages/{page}': { get: Op<CommunityPage, undefined, { page: string }> };
  '/posts': {
    get: Op<Page<PostCard>, undefined, undefined, Paging & { tag?: string }>;
    post: Op<Post, Any>;
  };
  '/posts/{id}': { get: Op<Post, undefined, Id>; patch: Op<Post, Any, Id> };
  '/posts/{id}/submit': { post: Op<Any, { confirmed?: boolean }, Id> };
  '/posts/{id}/comments': {
    get: Op<Page<TextItem>, undefined, Id, Paging>;
    post: Op<TextItem, Any, Id>;
  };
  '/comments/{id}': { patch: Op<TextItem, Any, Id>; delete: Op<void, undefined, Id> };
  '/boards': { get: Op<Page<Board>> };
  '/boards/{slug}/threads': {
    get: Op<Page<Thread>, undefined, { slug: string }, Paging>;
    post: Op<Thread, Any, { slug: string }>;
  };
  '/threads/{id}': { get: Op<Thread, undefined, Id> };
  '/threads/{id}/replies': {
    get: Op<Page<TextItem>, undefined, Id, Paging>;
    post: Op<TextItem, Any, Id>;
  };
  '/replies/{id}': { patch: Op<TextItem, Any, Id>; delete: Op<void, undefined, Id> };
  '/preview': { post: Op<{ body_html: string }, { body: string }> };
  '/reports': { post: Op<{ receipt: string; received_at: string }, Any> };
  '/rooms': { get: Op<Page<Room>> };
  '/rooms/{id}/messages': {
    get: Op<
      Page<Message>,
      undefined,
      Id,
      { before_seq?: number; after_seq?: number; limit?: number }
    >;
  };
}
