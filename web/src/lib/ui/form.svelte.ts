import { tick } from 'svelte';
import { invalidate } from '$app/navigation';
import type { Answer } from '#lib/api/client.ts';
import { fieldErrors } from '#lib/api/fields.ts';
import { newId } from '#lib/api/ids.ts';
import type { Problem } from '#lib/api/types.ts';

/**
 * One form's way to the server: busy while waiting, the problem afterwards, the server's words by field.
 * What was typed is never touched; after a refusal the first wrong field gets the focus.
 */
export class Submission {
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  errors = $derived(fieldErrors(this.problem));
  #key = newId();
  #print = '';

  /** Header for one body: the same for each try of the same words, so that a lost answer does not write twice. */
  idempotency(body: unknown): { 'Idempotency-Key': string } {
    const print = JSON.stringify(body);
    if (print !== this.#print) this.#key = newId();
    this.#print = print;
    return { 'Idempotency-Key': this.#key };
  }

  async send<T>(
    form: HTMLFormElement | null,
    request: () => Promise<Answer<T>>,
  ): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.problem = null;
    const { data, problem } = await request();
    this.busy = false;
    this.problem = problem;
    // A lost line may hide a success: the key stays. Any answer ends the try.
    if (problem?.code !== 'offline') this.#print = '';
    // Nobody is signed in here any more: the page says so, and what was written waits.
    if (problem?.code === 'signed_out') void invalidate('app:me');
    if (problem && form) {
      await tick();
      form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
    return problem ? null : (data ?? ({} as T));
  }
}
