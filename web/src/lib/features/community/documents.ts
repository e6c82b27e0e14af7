import { type Answer, api, ask } from '#lib/api/client.ts';
import { type Document, ifMatch, type Json } from '#lib/api/staff.ts';

// The server's document leaves the shape of these texts open; here, and only here, it gets a name.

/** Reads a document of the community in one language, as it stands. */
export async function readDocument(
  fetch: typeof globalThis.fetch,
  kind: string,
  lang: string,
): Promise<Answer<Document>> {
  const answer = await ask(
    api(fetch).GET('/api/v1/community/documents/{kind}', {
      params: { path: { kind }, query: { lang } },
    }),
  );
  return answer as unknown as Answer<Document>;
}

/** Saves a document over the version that somebody has seen. */
export async function putDocument(
  { kind, lang }: Document,
  version: number,
  body: Json,
  sure: { confirmed?: true } = {},
): Promise<Answer<Document>> {
  const answer = await ask(
    api().PUT('/api/v1/community/documents/{kind}', {
      params: { path: { kind }, header: ifMatch(version) },
      body: { lang, body: body as unknown as Record<string, never>, ...sure },
    }),
  );
  return answer as unknown as Answer<Document>;
}
