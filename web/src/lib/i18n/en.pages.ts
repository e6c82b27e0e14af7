import type da from './da.pages.ts';
import type { Message } from './translate.ts';

const en: Record<keyof typeof da, Message> = {
  'x.pages': 'x',
};

export default en;
