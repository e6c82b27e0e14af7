import { loadMessages } from '#lib/i18n/index.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
  const { messages, lang } = await parent();
  const [member, staff, desk] = await Promise.all([
    loadMessages('member', lang),
    loadMessages('staff', lang),
    loadMessages('desk', lang),
  ]);
  return { messages: { ...messages, ...member, ...staff, ...desk } };
};
