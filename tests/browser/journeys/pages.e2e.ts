// Axe finds nothing on any page, as anybody who may see it, light and dark; nothing scrolls sideways at 320 pixels.
import { expect, test, type Browser, type Page } from '@playwright/test';
import { expectAccessible, expectContrast } from '../support/axe.ts';
import { DEMO, signsIn } from '../support/people.ts';

type Pick = (answer: { items: Record<string, string>[] }) => string | undefined;

/** The address of a page about the first thing that a list of the API answers. */
async function first(page: Page, list: string, pick: Pick): Promise<string> {
  const answer = await page.request.get(`/api/v1${list}`);
  expect(answer.ok(), `${list}: ${answer.status()}`).toBe(true);
  const path = pick((await answer.json()) as { items: Record<string, string>[] });
  expect(path, `something in ${list}`).toBeTruthy();
  return path ?? '';
}

/** Looks at every page in both colour schemes, and once at the narrowest width. */
async function lookAt(page: Page, paths: string[]): Promise<void> {
  // Colours on their way to others are none that anybody reads.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const path of paths) {
    await test.step(path, async () => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
      await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'));
      await expectContrast(page);
      await page.setViewportSize({ width: 320, height: 640 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(width, `${path} at 320 pixels`).toBeLessThanOrEqual(320);
      await page.setViewportSize({ width: 360, height: 740 });
    });
  }
}

async function pageOf(browser: Browser, name: string): Promise<Page> {
  return (await signsIn(browser, name)).page;
}

test.describe.configure({ mode: 'parallel', timeout: 240_000 });

test('pages that everybody reads', async ({ page }) => {
  await lookAt(page, [
    '/',
    '/blog',
    await first(page, '/posts', (posts) => posts.items[0]?.url),
    '/forum',
    await first(page, '/boards', (boards) => `/forum/${boards.items[0]?.slug}`),
    '/hjaelp',
    '/sikkerhed',
    '/privatliv',
    '/om',
    '/aarsregnskab',
    '/diplom/AAAA-AAAA-AAAA-AAAA-AAAA',
    '/bliv-med',
    '/log-ind',
    '/gendan',
    '/findes-ikke',
  ]);
});

test('pages of a participant', async ({ browser }) => {
  const page = await pageOf(browser, DEMO.participant);
  const board = await first(page, '/boards', (boards) => boards.items[0]?.slug);
  await lookAt(page, [
    '/',
    '/mig',
    '/chat',
    await first(page, '/rooms', (rooms) => `/chat/${rooms.items[0]?.id}`),
    await first(page, `/boards/${board}/threads`, (threads) => threads.items[0]?.url),
    `/forum/${board}/ny`,
  ]);
});

test('pages of a peer supporter', async ({ browser }) => {
  const page = await pageOf(browser, DEMO.newSupporter);
  await lookAt(page, ['/skriv', '/mig']);
});

test('pages of the desk and of a coordinator', async ({ browser }) => {
  const desk = await pageOf(browser, DEMO.moderator);
  await lookAt(desk, [
    '/moderering',
    await first(desk, '/cases', (cases) => `/moderering/${cases.items[0]?.id}`),
    '/moderering/kursus',
    '/moderering/kursus/danger',
    '/moderering/oevelser',
  ]);
  const coordinator = await pageOf(browser, DEMO.coordinator);
  await lookAt(coordinator, [
    '/personer',
    '/moderering/oevelser/tal',
    '/indstillinger',
    '/indstillinger/fora',
    '/indstillinger/rum',
    '/indstillinger/hjaelpelinjer',
  ]);
});
