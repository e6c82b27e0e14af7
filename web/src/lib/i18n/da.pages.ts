import type { Messages } from './translate.ts';

const da = {
  'x.pages': 'x',
} as const satisfies Messages;

export default da;
