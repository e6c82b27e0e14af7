import type { Client } from 'openapi-fetch';
import { takeBoot } from './boot.ts';
import { OFFLINE, toProblem } from './problem.ts';
import type { paths } from './schema.d.ts';
import type { Problem } from './types.ts';

// The types are openapi-fetch's, so each path, parameter, body and answer is checked against the
// server's document. The few lines that send are our own: a third of the weight, and all we need.
export type Api = Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>;
type Fetch = typeof globalThis.fetch;
type Method = keyof Api;

interface Options {
  params?: {
    path?: Record<string, unknown>;
    query?: Record<string, unknown>;
    header?: Record<string, string>;
  };
  body?: unknown;
  headers?: Record<string, string>;
}

function address(path: string, params: Options['params'] = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params.path?.[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params.query ?? {})) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  return query.size ? `${filled}?${query}` : filled;
}

async function send(fetch: Fetch, method: Method, path: string, options: Options = {}) {
  const url = address(path, options.params);
  const response =
    (method === 'GET' ? takeBoot(url) : undefined) ??
    (await fetch(url, {
      method,
      headers: {
        'accept-language': document.documentElement.lang || 'da',
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.params?.header,
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    }));
  const text = await response.text();
  const answer =
    text && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined;
  return response.ok ? { data: answer, response } : { error: answer, response };
}

/** The typed client. Pages pass Kit's own `fetch` to it from `load`; components need not. */
export function api(fetch: Fetch = globalThis.fetch): Api {
  const by = (method: Method) => (path: string, options?: Options) =>
    send(fetch, method, path, options);
  const methods: Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  return Object.fromEntries(methods.map((method) => [method, by(method)])) as unknown as Api;
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
