import type da from './da.dialog.ts';
import type { Message } from './translate.ts';

const en: Record<keyof typeof da, Message> = {
  'outward.title': 'You are on your way to {host}',
  'outward.text':
    'Somebody else wrote this link, and the site does not belong here. It opens in a new tab, where “Leave the site” does not work. We do not tell it where you come from.',
  'outward.go': 'Go to {host}',
  'outward.stay': 'Stay here',
  'look.title': 'Look and language',
  'look.lang': 'Language',
  'look.theme': 'Light or dark',
  'look.theme.auto': 'Like the device',
  'look.theme.light': 'Light',
  'look.theme.dark': 'Dark',
  'look.contrast': 'Contrast',
  'look.contrast.auto': 'Like the device',
  'look.contrast.normal': 'Calm',
  'look.contrast.more': 'High',
  'look.motion': 'Motion',
  'look.motion.auto': 'Like the device',
  'look.motion.normal': 'A little',
  'look.motion.less': 'None',
};

export default en;
