/** Danish for dialogs that stand above every page. Loaded with the first of them. */
import type { Messages } from './translate.ts';

const da = {
  'outward.title': 'Du er på vej til {host}',
  'outward.text':
    'Linket er skrevet af en anden, og siden hører ikke til her. Den åbner i en ny fane, hvor »Forlad siden« ikke virker. Vi fortæller den ikke, hvor du kommer fra.',
  'outward.go': 'Gå til {host}',
  'outward.stay': 'Bliv her',
  'look.title': 'Udseende og sprog',
  'look.lang': 'Sprog',
  'look.theme': 'Lys eller mørk',
  'look.theme.auto': 'Som enheden',
  'look.theme.light': 'Lys',
  'look.theme.dark': 'Mørk',
  'look.contrast': 'Kontrast',
  'look.contrast.auto': 'Som enheden',
  'look.contrast.normal': 'Rolig',
  'look.contrast.more': 'Høj',
  'look.motion': 'Bevægelse',
  'look.motion.auto': 'Som enheden',
  'look.motion.normal': 'Lidt',
  'look.motion.less': 'Ingen',
} as const satisfies Messages;

export default da;
