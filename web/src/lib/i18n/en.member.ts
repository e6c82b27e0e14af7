import type da from './da.member.ts';
import type { Message } from './translate.ts';

const en: Record<keyof typeof da, Message> = {
  'x.member': 'x',
};

export default en;
