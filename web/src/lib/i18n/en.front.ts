import type da from './da.front.ts';
import type { Message } from './translate.ts';

const en: Record<keyof typeof da, Message> = {
  'home.title': 'Welcome',
  'home.heading': 'Here are people who know it from the inside',
  'home.lead':
    '{name} is a community for young people who are having, or have had, a hard time. Read along, write when you feel like it, and chat with {peer_supporter.many} who have been there themselves.',
  'home.start': 'Read what others write',
  'home.join': 'Join',
  'home.join.note': 'Without an e-mail and without your real name.',
  'home.newest': 'New on the blog',
  'home.all_posts': 'All posts',
  'home.chat.open': 'The chat is open now',
  'home.chat.open.text': {
    one: '{hosts} is the host. You can be quite anonymous, and you are welcome to just look in.',
    other:
      '{hosts} are the hosts. You can be quite anonymous, and you are welcome to just look in.',
  },
  'home.chat.open.nohost': 'You can be quite anonymous, and you are welcome to just look in.',
  'home.chat.open.visitor':
    'The chat is for {participant.many}. Becoming one takes a few minutes, and you can stay quite anonymous.',
  'home.chat.until': 'Open until {time}',
  'home.chat.enter': 'Go to the chat',
  'home.chat.closed': 'The chat is closed right now',
  'home.chat.closed.text': 'We are back {time}. Meanwhile you can write in the forum.',
  'home.chat.closed.plain': 'Meanwhile you can write in the forum.',
  'home.forum': 'Go to the forum',
  'home.rules': 'What we have agreed',
};

export default en;
