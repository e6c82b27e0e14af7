/** Danish for the page of help. Loaded with it only. */
import type { Messages } from './translate.ts';

const da = {
  'help.title': 'Få hjælp',
  'help.danger': 'Er du i fare nu?',
  'help.danger.text': 'Ring 112. Også hvis du er i tvivl. Du må gerne ringe for en anden.',
  'help.call': 'Ring {number}',
  'help.lines': 'Andre, der er der for dig',
  'help.lines.empty':
    'Vi viser kun steder, hvor nummer og åbningstid er tjekket for nylig. Lige nu er der ingen på listen ud over 112.',
  'help.checked': 'Tjekket {time}',
  'help.ages': 'For {ages}',
  'help.site': 'Åbn siden',
  'help.until': 'Åben nu, til kl. {time}',
  'help.always': 'Åben hele døgnet',
  'help.opens': 'Åbner {time}',
  'help.closed': 'Lukket lige nu',
} as const satisfies Messages;

export default da;
