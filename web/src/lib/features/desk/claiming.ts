import { api, ask } from '#lib/api/client.ts';

/** Takes a case, renews the hold on it, or takes it over with a reason; `insist` puts a due rest off. */
export function claim(id: string, reason?: string, insist = false) {
  return ask(
    api().POST('/api/v1/cases/{id}/claim', {
      params: { path: { id } },
      body: {
        ...(reason ? { take_over_reason: reason } : {}),
        despite_rest: insist,
      },
    }),
  );
}

/** Gives a case back to the queue. */
export function giveBack(id: string) {
  return ask(api().DELETE('/api/v1/cases/{id}/claim', { params: { path: { id } } }));
}
