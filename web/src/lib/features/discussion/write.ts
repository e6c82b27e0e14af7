import type { Answer } from '#lib/api/client.ts';
import type { TextItem } from '#lib/api/types.ts';
import type { NewText } from './source.ts';

/** What a box for writing is given. */
export interface WriteProps {
  /** Where this is written; an unsent text comes back there. */
  place: string;
  label: string;
  button: string;
  start?: string;
  parent?: string | undefined;
  focus?: boolean;
  send: (body: NewText, headers: Record<string, string>) => Promise<Answer<TextItem>>;
  onsent: (item: TextItem) => void;
  oncancel?: () => void;
}
