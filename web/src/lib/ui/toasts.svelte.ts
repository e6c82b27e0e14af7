import { createContext } from 'svelte';

/** Short words that something was done. Never errors: those stay where they happened. */
export class Toasts {
  list = $state<{ id: number; text: string }[]>([]);
  #next = 0;

  say(text: string): void {
    const id = (this.#next += 1);
    // The same words twice are one toast.
    this.list = [...this.list.filter((toast) => toast.text !== text), { id, text }];
    setTimeout(() => (this.list = this.list.filter((toast) => toast.id !== id)), 6000);
  }
}

export const [useToasts, setToasts] = createContext<Toasts>();
