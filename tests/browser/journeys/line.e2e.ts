// What must hold on a bad line and without script: the way out, 112, words that read, and help.
import { expect, test } from '@playwright/test';
import { LONG } from '../support/chat.ts';

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('every page has the way out and 112, and what is public reads', async ({ page }) => {
    for (const path of ['/', '/blog', '/forum', '/forum/hverdag', '/hjaelp', '/log-ind', '/chat']) {
      await page.goto(path);
      const leave = page.getByRole('link', { name: 'Forlad siden' });
      await expect(leave, path).toBeVisible();
      await expect(leave).toHaveAttribute('href', /^https:/);
      await expect(leave).toHaveAttribute('rel', /noreferrer/);
      await expect(page.getByRole('link', { name: '112', exact: true }).first()).toBeVisible();
    }
    await page.goto('/hjaelp');
    await expect(page.getByRole('heading', { name: 'Få hjælp' })).toBeVisible();
    await page.goto('/blog');
    await page.getByRole('article').getByRole('link').first().click();
    await expect(page.getByRole('article').first()).toBeVisible();
    await page.goto('/forum');
    await page.getByRole('heading').getByRole('link').first().click();
    await expect(page.getByRole('article').first()).toBeVisible();
  });
});

test('an address of nothing says so to programs as well', async ({ page }) => {
  for (const path of ['/findes-ikke', '/forum/findes-ikke', '/blog/findes-ikke']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { name: 'Her er ikke noget' })).toBeVisible(LONG);
  }
});

test('without a line the site says that, and help is there', async ({ page, context }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // The one way out and the one line of the app: what the server put in for until then is gone.
  await expect(page.locator('.shell')).toHaveCount(0);
  const kept = () =>
    page.evaluate(async () => Boolean(await caches.match('/api/v1/community/pages/help')));
  await expect.poll(kept, { timeout: 30_000 }).toBe(true);
  await context.setOffline(true);

  await page.getByRole('link', { name: 'Bliv med' }).first().click();
  await expect(page.getByRole('heading', { name: 'Ingen forbindelse' })).toBeVisible(LONG);
  await expect(page.getByText('Noget gik galt hos os')).toHaveCount(0);
  await page.goto('/hjaelp');
  await expect(page.getByRole('heading', { name: 'Få hjælp' })).toBeVisible(LONG);
  await expect(page.getByRole('main').getByRole('link', { name: 'Ring 112' })).toBeVisible();
  await expect(page.getByRole('main').locator('.prose')).toContainText(/\w/);

  await page.goto('/forum').catch(() => {});
  await expect(page.getByRole('heading', { name: 'Ingen forbindelse' })).toBeVisible(LONG);
  await context.setOffline(false);
  await expect(page.getByRole('heading', { name: 'Forum' })).toBeVisible(LONG);
});

test('a visitor is not promised a host who may not be there', async ({ page }) => {
  await page.goto('/chat');
  await expect(page.getByText('der er ikke altid en vært')).toBeVisible();
});
