import type da from './da.join.ts';
import type { Message } from './translate.ts';

const en: Record<keyof typeof da, Message> = {
  // Join
  'join.title': 'Join',
  'join.lead': 'You need no e-mail and not your real name. It takes a few minutes.',
  'join.have': 'Do you have a name here already?',
  'join.name': 'A name to be known by',
  'join.name.hint': 'Choose one that does not say who you are. 3 to 24 characters.',
  'join.suggest': 'Suggestions that are free:',
  'join.suggest.use': 'Use the name {name}',
  'join.suggest.more': 'Show some others',
  'join.password': 'Password',
  'join.password.hint':
    'At least 10 characters. Some words in a row that make sense to you alone are good.',
  'join.password.show': 'Show the password',
  'join.birth_year': 'The year you were born',
  'join.birth_year.hint': 'We use it only to see whether you are old enough to take part.',
  'join.heard': 'Where did you hear about us?',
  'join.rules': 'What we have agreed',
  'join.consent.title': 'May we keep what you write about yourself?',
  'join.consent.hint': 'Without a tick you can read along, but not write.',
  'join.consent.more': 'Read what we keep',
  'join.send': 'Join',
  'join.young': 'You are not old enough to take part here yet',
  'join.young.help': 'See who is there for you',

  // The code that is shown once
  'ui.copy': 'Copy',
  'ui.copied': 'Copied',
  'ui.print': 'Print',
  'code.title': 'Keep your code',
  'code.text':
    'We do not have your e-mail, so we cannot send you a new password. With this code you can make one yourself. Write it down where only you look. We show it only now.',
  'code.label': 'Your code',
  'code.done': 'I have kept the code',
  'code.go': 'Go on',

  // Sign in
  'in.title': 'Sign in',
  'in.name': 'Your name here',
  'in.password': 'Password',
  'in.send': 'Sign in',
  'in.forgot': 'Did you forget your password?',
  'in.new': 'New here?',
  'in.ended': 'You are no longer signed in.',
  'in.ended.text':
    'Perhaps you signed out on another device, or a long time has passed. If you were writing something, it comes back when you sign in here.',
  'in.ended.again': 'Sign in again',

  // A new password
  'recover.title': 'Make a new password',
  'recover.lead': 'Use the code you kept when you became {participant.one}.',
  'recover.code': 'Your code',
  'recover.password': 'New password',
  'recover.send': 'Save the new password',
  'recover.lost':
    'If you no longer have the code, we are sorry: we cannot open your account. You are welcome to start again with a new name.',
};

export default en;
