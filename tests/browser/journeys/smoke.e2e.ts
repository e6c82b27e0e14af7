// The site opens, asks nobody else for anything, is accessible, and can be left in a hurry.
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';

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
    if (message.type() === 'error') problems.push(message.text());
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
  await page
    .getByRole('link', { name: 'Forlad siden' })
    .or(page.getByRole('button', { name: 'Forlad siden' }))
    .first()
    .click();
  await expect(page.getByRole('heading', { name: 'Vejret' })).toBeVisible();
  await page.goBack();
  expect(new URL(page.url()).pathname).not.toBe('/hjaelp');
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
