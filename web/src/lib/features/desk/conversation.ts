/** A step that somebody took towards another, and when the message with it was written. */
export interface ConversationStep {
  step: string;
  at: string | null;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** What screening saw in a conversation, from the codes of a case's event. */
export function conversationOf(codes: Record<string, unknown>): {
  steps: ConversationStep[];
  circumstances: string[];
} {
  const steps = Array.isArray(codes['steps']) ? (codes['steps'] as unknown[]) : [];
  return {
    steps: steps
      .filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
      .map(({ step, at }) => ({ step: String(step), at: typeof at === 'string' ? at : null })),
    circumstances: texts(codes['circumstances']),
  };
}
