import type { Problem } from './types.ts';

/** The server's words for each wrong field, by field. */
export function fieldErrors(problem: Problem | null): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { field, message } of problem?.errors ?? []) {
    found[field] = found[field] ? `${found[field]} ${message}` : message;
  }
  return found;
}
