import type { Messages } from './translate.ts';

const da = {
  'x.member': 'x',
} as const satisfies Messages;

export default da;
