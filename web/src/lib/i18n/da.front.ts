/** Danish for the front page. Loaded with it only. */
import type { Messages } from './translate.ts';

const da = {
  'home.title': 'Velkommen',
  'home.heading': 'Her er nogen, der kender det indefra',
  'home.lead':
    '{name} er et fællesskab for unge, der har eller har haft det svært. Du kan læse med, skrive når du har lyst, og chatte med {peer_supporter.many}, der selv har prøvet det.',
  'home.start': 'Læs, hvad andre skriver',
  'home.join': 'Bliv med',
  'home.join.note': 'Uden mail og uden dit rigtige navn.',
  'home.newest': 'Nyt på bloggen',
  'home.all_posts': 'Alle indlæg',
  'home.chat.open': 'Chatten er åben nu',
  'home.chat.open.text': {
    one: '{hosts} er vært. Du kan være helt anonym, og du må gerne bare kigge med.',
    other: '{hosts} er værter. Du kan være helt anonym, og du må gerne bare kigge med.',
  },
  'home.chat.open.nohost': 'Du kan være helt anonym, og du må gerne bare kigge med.',
  'home.chat.open.visitor':
    'Chatten er for {participant.many}. Det tager et par minutter at blive det, og du kan være helt anonym.',
  'home.chat.until': 'Åben til kl. {time}',
  'home.chat.enter': 'Gå ind i chatten',
  'home.chat.closed': 'Chatten har lukket lige nu',
  'home.chat.closed.text': 'Vi er her igen {time}. Du kan skrive i forummet imens.',
  'home.chat.closed.plain': 'Du kan skrive i forummet imens.',
  'home.forum': 'Gå til forummet',
  'home.rules': 'Vores aftaler',
} as const satisfies Messages;

export default da;
