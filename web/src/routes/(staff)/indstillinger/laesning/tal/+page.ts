import { api, ask } from '#lib/api/client.ts';
import { failPage } from '#lib/api/problem.ts';
import { loadMessages } from '#lib/i18n/index.ts';
import type { PageLoad } from './$types';

const PERIODS = ['30', '90', '365'];
const DAY_MS = 86_400_000;

export const load: PageLoad = async ({ fetch, parent, url, depends }) => {
  depends('app:screening-figures');
  const { messages, lang } = await parent();
  const asked = url.searchParams.get('dage') ?? '';
  const days = PERIODS.includes(asked) ? asked : '30';
  const from = new Date(Date.now() - Number(days) * DAY_MS).toISOString().slice(0, 10);
  const [reading, { data, problem }] = await Promise.all([
    loadMessages('reading', lang),
    ask(api(fetch).GET('/api/v1/screening/figures', { params: { query: { from } } })),
  ]);
  if (problem) failPage(problem);
  return { figures: data, days, periods: PERIODS, messages: { ...messages, ...reading } };
};
