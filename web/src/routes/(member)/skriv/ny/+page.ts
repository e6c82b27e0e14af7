import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
  const { me } = await parent();
  if (!me) redirect(303, '/log-ind?fra=/skriv/ny');
  return { section: 'skriv.title', me };
};
