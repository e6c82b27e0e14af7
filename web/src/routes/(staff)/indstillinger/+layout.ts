import { requireRole } from '#lib/api/staff.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ url, parent }) => {
  const { me } = await parent();
  return { section: 'settings.title', me: requireRole(me, url, 'coordinator') };
};
