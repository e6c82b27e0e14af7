import type { PageLoad } from './$types';

export const load: PageLoad = () => ({ section: 'recover.title' });
