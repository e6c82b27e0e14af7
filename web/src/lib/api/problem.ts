import { error } from '@sveltejs/kit';
import type { Problem } from './types.ts';

/** Stands for "no answer came": there is no server text for it, so the page has its own. */
export const OFFLINE: Problem = { title: '', status: 0, code: 'offline' };

/** Makes a problem of whatever a failed request gave. */
export function toProblem(body: unknown, response: Response): Problem {
  const given = body && typeof body === 'object' ? (body as Partial<Problem>) : {};
  const wait = Number(response.headers.get('retry-after'));
  return {
    title: '',
    code: `http_${response.status}`,
    ...given,
    status: response.status,
    ...(wait > 0 ? { retry_after: wait } : {}),
  };
}

/** Ends a page's load with the fitting error page. */
export function failPage(problem: Problem): never {
  error(problem.status >= 400 ? problem.status : 503, {
    message: problem.detail || problem.title,
    code: problem.code,
  });
}
