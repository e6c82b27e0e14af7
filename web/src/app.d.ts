import type { Community, Me } from '#lib/api/types.ts';
import type { Messages, Words } from '#lib/i18n/translate.ts';

declare global {
  namespace App {
    interface Error {
      message: string;
      code?: string;
    }
    interface PageData {
      community: Community;
      me: Me | null;
      /** Where the reader was when their session ended without them; null: it has not. */
      ended: string | null;
      messages: Messages;
      words: Words;
      lang: 'da' | 'en';
      /** Key of the page's name in the tab: never the name of a text or a person. */
      section?: string;
      /** The page fills the screen and scrolls inside itself. */
      fill?: boolean;
    }
  }
}
