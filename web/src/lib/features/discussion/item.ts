import type { Finding, TextItem } from '#lib/api/types.ts';
import type { Discussion } from './discussion.svelte.ts';

/** What one text of a discussion is given. */
export interface ItemProps {
  item: TextItem;
  level: number;
  discussion: Discussion;
  /** Name of the one who is answered, where there is one. */
  to?: string | undefined;
  locked: boolean;
  replying: boolean;
  onreply: (open: boolean) => void;
  /** What screening says to the author of a text just sent. */
  told: Finding[];
  onheard: () => void;
  onsent: (text: TextItem) => void;
  onedited: (text: TextItem) => void;
}
