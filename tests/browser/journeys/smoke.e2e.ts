// The site opens, asks nobody else for anything, is accessible, and can be left in a hurry.
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';

/** A visitor's question who they are is answered 401; the router's inline style is refused (app.css has it). */
const EXPECTED = [/status of 401/, /Applying inline style violates/];

test('the front page opens, accessible and without a foreign request', async ({
  page,
  baseURL,
}) => {
  const foreign: string[] = [];
  const problems: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== baseURL) foreign.push(request.url());
  });
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !EXPECTED.some((known) => known.test(text)))
      problems.push(text);
  });
  page.on('pageerror', (error) => problems.push(error.message));

  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'da');
  await expectAccessible(page);
  expect(foreign).toEqual([]);
  expect(problems).toEqual([]);
});

test('"Forlad siden" leaves in one tap, and Back does not return to the page last seen', async ({
  page,
}) => {
  await page.route(/^https:/, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<h1>Vejret</h1>' }),
  );
  await page.goto('/');
  await page.goto('/hjaelp');
  await page.getByRole('banner').getByRole('link', { name: 'Forlad siden' }).click();
  await expect(page.getByRole('heading', { name: 'Vejret' })).toBeVisible();
  await page.goBack();
  expect(new URL(page.url()).pathname).not.toBe('/hjaelp');
});

test('the title that is said aloud after a change of page is not seen', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Forum' }).first().click();
  await page.waitForURL('**/forum');
  await expect(page.locator('#svelte-announcer')).toBeAttached();
  const box = await page.locator('#svelte-announcer').boundingBox();
  expect(box?.width ?? 0).toBeLessThanOrEqual(1);
});

test('nothing scrolls sideways at 320 pixels', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const path of ['/', '/blog', '/forum', '/chat', '/hjaelp', '/sikkerhed', '/bliv-med']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, path).toBeLessThanOrEqual(320);
  }
});
