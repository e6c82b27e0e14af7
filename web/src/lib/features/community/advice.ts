import type { Problem } from '#lib/api/types.ts';

/** The program's words about the field that holds a word which can push somebody away. */
export function adviceByField(problem: Problem | null): Record<string, string> {
  if (problem?.code !== 'advice' || !problem.field) return {};
  const reasons = new Set((problem.findings ?? []).map((finding) => finding.reason ?? ''));
  return { [problem.field]: [...reasons].join(' ') };
}

/** What to send beside the form where somebody has seen the advice and pressed the button that says so. */
export function confirmedBy(event: SubmitEvent): { confirmed?: true } {
  return event.submitter?.closest('[data-anyway]') ? { confirmed: true } : {};
}
