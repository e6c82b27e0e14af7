import { requireRole } from '#lib/api/staff.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url, parent }) => {
  const { me } = await parent();
  return { section: 'desk.title', me: requireRole(me, url, 'moderator', 'coordinator') };
};
