/* Routes that the server does not have yet, by hand from the contract; each goes when openapi.json has it. */
type Json<T> = { content: { 'application/json': T } };
interface Op<Ok, Body = undefined> {
  parameters: { query?: never; header?: never; path?: never };
  requestBody?: Body extends undefined ? never : Json<Body>;
  responses: { 200: Json<Ok> };
}

export interface pending {
  '/api/v1/me': { delete: Op<void, { password: string; texts: string }> };
  '/api/v1/me/export': { get: Op<Record<string, unknown>> };
}
