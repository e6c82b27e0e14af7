import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { loadMessages } from '#lib/i18n/index.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, parent }) => {
  const { me, messages, lang } = await parent();
  const [words, posts, rooms] = await Promise.all([
    loadMessages('front', lang),
    ask(api(fetch).GET('/api/v1/posts', { params: { query: { limit: 5 } } })),
    me ? ask(api(fetch).GET('/api/v1/rooms')) : null,
  ]);
  if (posts.problem) failPage(posts.problem);
  return {
    section: 'home.title',
    messages: { ...messages, ...words },
    posts: posts.data,
    rooms: rooms?.data?.items ?? null,
  };
};
