// Two people join, comment and chat; what is written without a line arrives once the line is back, and once only.
import { expect, test, type Browser, type Page } from '@playwright/test';
import { entersRoom, LONG, says } from '../support/chat.ts';
import { freshName, PASSWORD } from '../support/people.ts';

test.setTimeout(120_000);

/** Joins through the page, as anybody does who comes here. */
async function joinsByPage(browser: Browser): Promise<{ name: string; page: Page }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const name = freshName();
  await page.goto('/bliv-med');
  await page.getByLabel('Navn, du vil kendes ved').fill(name);
  await page.getByLabel('Adgangskode', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Det år, du er født').fill(String(new Date().getFullYear() - 19));
  await page.getByLabel('Ja, jeg har læst reglerne').check();
  await page.getByLabel('Ja, I må gemme det').check();
  await page.getByRole('button', { name: 'Bliv med', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Gem din kode' })).toBeVisible(LONG);
  await page.getByLabel('Jeg har gemt koden').check();
  await page.getByRole('button', { name: 'Gå videre' }).click();
  await expect(page.getByRole('link', { name: 'Mig', exact: true }).first()).toBeVisible(LONG);
  return { name, page };
}

/** What the room shows of a text, whoever said it. */
const said = (page: Page, text: string) => page.getByRole('log').getByText(text, { exact: true });

test('two new people comment and chat, one of them without a line for a while', async ({
  browser,
}) => {
  const one = await joinsByPage(browser);
  const other = await joinsByPage(browser);

  await test.step('one reads a post and comments', async () => {
    const { page, name } = one;
    await page.goto('/blog');
    await page.getByRole('main').getByRole('article').first().getByRole('link').first().click();
    await expect(page.getByRole('heading', { name: 'Kommentarer' })).toBeVisible(LONG);
    const comment = `Det her kender jeg godt. Hilsen ${name}`;
    await page.getByLabel('Skriv en kommentar').fill(comment);
    await page.getByRole('button', { name: 'Send kommentar' }).click();
    await expect(page.getByRole('article').getByText(comment)).toHaveCount(1, LONG);
    await other.page.goto(page.url());
    await expect(other.page.getByText(comment)).toBeVisible(LONG);
  });

  await entersRoom(one.page);
  await entersRoom(other.page);

  await test.step('both see what the other writes', async () => {
    const hello = `Hej, er der nogen? ${one.name}`;
    await says(one.page, hello);
    await expect(said(other.page, hello)).toHaveCount(1, LONG);
    const answer = `Ja, jeg er her. ${other.name}`;
    await says(other.page, answer);
    await expect(said(one.page, answer)).toHaveCount(1, LONG);
  });

  await test.step('what is written offline arrives once', async () => {
    const { page } = one;
    const late = `Jeg sad i en tunnel. ${one.name}`;
    await page.context().setOffline(true);
    await says(page, late);
    const waiting = page.getByRole('log').getByRole('article').filter({ hasText: late });
    await expect(waiting).toContainText('Venter på forbindelse', LONG);
    await expect(said(other.page, late)).toHaveCount(0);

    await page.context().setOffline(false);
    await expect(said(other.page, late)).toHaveCount(1, LONG);
    await expect(waiting).not.toContainText('Venter på forbindelse', LONG);
    // What comes after it shows that nothing more is on its way; read again, it is there once too.
    const after = `Nu er jeg tilbage. ${one.name}`;
    await says(page, after);
    await expect(said(other.page, after)).toHaveCount(1, LONG);
    for (const screen of [page, other.page]) {
      await expect(said(screen, late)).toHaveCount(1);
      await screen.reload();
      await expect(said(screen, after)).toHaveCount(1, LONG);
      await expect(said(screen, late)).toHaveCount(1);
    }
  });
});
