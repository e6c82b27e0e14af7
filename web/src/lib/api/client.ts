import createClient, { type Client } from 'openapi-fetch';
import { takeBoot } from './boot.ts';
import { OFFLINE, toProblem } from './problem.ts';
import type { paths } from './schema.d.ts';
import type { Problem } from './types.ts';

export type Api = Client<paths>;
type Fetch = typeof globalThis.fetch;

/** The typed client. Pages pass Kit's own `fetch` to it from `load`; components need not. */
export function api(fetch: Fetch = globalThis.fetch): Api {
  return createClient<paths>({
    baseUrl: '/api/v1',
    fetch: (request: Request) => {
      request.headers.set('accept-language', document.documentElement.lang || 'da');
      const boot = request.method === 'GET' ? takeBoot(new URL(request.url)) : undefined;
      return boot ? Promise.resolve(boot) : fetch(request);
    },
  });
}

export type Answer<T> = { data: T; problem: null } | { data: null; problem: Problem };

/** Waits for a request and answers either its data or a problem; it never throws. */
export async function ask<T>(
  request: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Answer<T>> {
  try {
    const { data, error, response } = await request;
    if (response.ok) return { data: data as T, problem: null };
    return { data: null, problem: toProblem(error, response) };
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    return { data: null, problem: OFFLINE };
  }
}

/** A random id. `crypto.randomUUID` is missing on plain http, where a tablet on the local net may be. */
export function newId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
