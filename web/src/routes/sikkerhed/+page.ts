import { readPage } from '#lib/features/community/page.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch }) => ({
  section: 'foot.safety',
  text: await readPage(fetch, 'safety'),
});
