import type da from './da.help.ts';
import type { Message } from './translate.ts';

const en: Record<keyof typeof da, Message> = {
  'help.title': 'Get help',
  'help.danger': 'Are you in danger now?',
  'help.danger.text': 'Call 112. Also if you are in doubt. You may call for somebody else.',
  'help.call': 'Call {number}',
  'help.lines': 'Others who are there for you',
  'help.lines.empty':
    'We only show places whose number and hours were checked lately. Right now there are none on the list besides 112.',
  'help.checked': 'Checked {time}',
  'help.ages': 'For {ages}',
  'help.site': 'Open the site',
  'help.until': 'Open now, until {time}',
  'help.always': 'Open day and night',
  'help.opens': 'Opens {time}',
  'help.closed': 'Closed right now',
};

export default en;
