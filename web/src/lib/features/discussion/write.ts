import type { TextItem } from '#lib/api/types.ts';
import type { Source } from './source.ts';

/** What a box for writing is given. */
export interface WriteProps {
  /** Where this is written; an unsent text comes back there. */
  place: string;
  label: string;
  button: string;
  source: Source;
  /** The own text that is changed; none for a new one. */
  edits?: TextItem;
  /** Id of the text that is answered. */
  parent?: string | undefined;
  focus?: boolean;
  onsent: (item: TextItem) => void;
  oncancel?: () => void;
}
