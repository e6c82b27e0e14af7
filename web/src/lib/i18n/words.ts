import type { Lang } from './index.ts';
import type { Words } from './translate.ts';

const form = (one: string, the: string, many: string, the_many: string) => ({
  one,
  the,
  many,
  the_many,
});

/** Role words until the community's own have come (and when the server cannot be reached). */
export const defaultWords: Record<Lang, Words> = {
  da: {
    participant: form('medlem', 'medlemmet', 'medlemmer', 'medlemmerne'),
    peer_supporter: form('frivillig', 'den frivillige', 'frivillige', 'de frivillige'),
    moderator: form('moderator', 'moderatoren', 'moderatorer', 'moderatorerne'),
    coordinator: form('koordinator', 'koordinatoren', 'koordinatorer', 'koordinatorerne'),
    visitor: form('besøgende', 'den besøgende', 'besøgende', 'de besøgende'),
  },
  en: {
    participant: form('member', 'the member', 'members', 'the members'),
    peer_supporter: form('volunteer', 'the volunteer', 'volunteers', 'the volunteers'),
    moderator: form('moderator', 'the moderator', 'moderators', 'the moderators'),
    coordinator: form('coordinator', 'the coordinator', 'coordinators', 'the coordinators'),
    visitor: form('visitor', 'the visitor', 'visitors', 'the visitors'),
  },
};
