// A program reads along: what it says while somebody writes, and what a coordinator sets.
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { DEMO, joins, signsIn } from '../support/people.ts';

const LONG = { timeout: 15_000 };
test.setTimeout(120_000);

test('somebody is told of a number before sending, takes the suggestion and sends', async ({
  browser,
}) => {
  const { page } = await joins(browser);
  await page.goto('/forum');
  await page.getByRole('main').locator('a[href^="/forum/"]').first().click();
  await page.waitForURL(/\/forum\/[^/]+$/);
  await page.goto(`${new URL(page.url()).pathname}/ny`);
  const body = page.getByLabel('Tekst').or(page.getByRole('textbox')).nth(1);
  await body.fill('Ring til mig på 51 23 45 67, så snakker vi');
  await expect(page.getByText('Det ligner et telefonnummer')).toBeVisible(LONG);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Brug forslaget' }).click();
  await expect(body).toHaveValue(/\[telefonnummer fjernet\]/);
  await expect(page.getByText('Det ligner et telefonnummer')).toBeHidden(LONG);
});

test('words about danger show help at once and block nothing', async ({ browser }) => {
  const { page } = await joins(browser);
  await page.goto('/forum');
  await page.getByRole('main').locator('a[href^="/forum/"]').first().click();
  await page.waitForURL(/\/forum\/[^/]+$/);
  await page.goto(`${new URL(page.url()).pathname}/ny`);
  await page.getByRole('textbox').first().fill('En svær aften');
  await page
    .getByRole('textbox')
    .nth(1)
    .fill('jeg vil ikke leve mere, jeg vil tage mit eget liv i aften');
  await expect(page.getByRole('main').getByRole('link', { name: '112' })).toBeVisible(LONG);
  const sent = page.waitForResponse(
    (answer) => answer.url().endsWith('/threads') && answer.request().method() === 'POST',
  );
  await page.getByRole('main').locator('form button[type="submit"]').click();
  expect((await sent).status()).toBe(201);
});

test('a coordinator adds a word of their own, tries it and reads the figures', async ({
  browser,
}) => {
  const { page } = await signsIn(browser, DEMO.coordinator);
  await page.goto('/indstillinger/laesning');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible(LONG);
  await expectAccessible(page);
  await page.getByLabel('Ord eller navn').fill('Kragereden');
  await page.getByRole('button', { name: 'Skriv det på listen' }).click();
  await page.getByRole('button', { name: 'Gem', exact: true }).click();
  await expect(page.getByText('Ikke gemt endnu')).toBeHidden(LONG);
  await page.getByLabel('En tekst').fill('Vi ses ved Kragereden i aften');
  await page.getByRole('button', { name: 'Læs den' }).click();
  await expect(page.getByText('ville blive spurgt først')).toBeVisible(LONG);
  await page.goto('/indstillinger/laesning/tal');
  await expect(page.getByRole('heading', { name: 'Det, programmet overser' })).toBeVisible(LONG);
  await page.getByRole('button', { name: 'Træk 20 tekster' }).click();
  await expect(page.getByText('Skulle programmet have set noget?')).toBeVisible(LONG);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Nej, den er fin' }).click();
  await expect(page.getByText('i 0 af 1 tekster')).toBeVisible(LONG);
});
