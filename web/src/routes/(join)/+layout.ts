import { loadMessages } from '#lib/i18n/index.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
  const { messages, lang } = await parent();
  return { messages: { ...messages, ...(await loadMessages('join', lang)) } };
};
