// What is one's own: a copy of everything, out of every device, back in with the code, and gone when one wants it.
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { LONG } from '../support/chat.ts';
import { asks, freshName, joins, PASSWORD, type Person, signsIn } from '../support/people.ts';

test.setTimeout(120_000);

async function writesThread(by: Person, body: string): Promise<string> {
  const thread = await asks<{ id: string }>(by, 'POST', 'boards/hverdag/threads', {
    title: `Noget af mit ${freshName()}`,
    body,
  });
  return `/forum/t/${thread.id}`;
}

/** Answers the question that comes before everything is erased. */
async function erases(page: Page, texts: string, password: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: texts }).check();
  await dialog.getByLabel('Din adgangskode, så vi ved, det er dig').fill(password);
  await dialog.getByRole('button', { name: 'Ja, slet min konto' }).click();
}

test('everything that is kept can be fetched, and everybody signed out', async ({ browser }) => {
  const one = await joins(browser);
  const other = await signsIn(browser, one.name, PASSWORD);
  const body = `Det her er mit. ${freshName()}`;
  await writesThread(one, body);
  await Promise.all([one.page.goto('/mig'), other.page.goto('/mig')]);

  await test.step('the file holds what was written', async () => {
    const coming = one.page.waitForEvent('download');
    await one.page.getByRole('button', { name: 'Hent mine oplysninger' }).click();
    const file = await readFile(await (await coming).path(), 'utf8');
    expect(file).toContain(one.name);
    expect(file).toContain(body);
  });

  await test.step('signing out everywhere closes the other device too', async () => {
    await expect(one.page.getByText('En anden enhed')).toBeVisible(LONG);
    await one.page.getByRole('button', { name: 'Log ud alle steder' }).click();
    await expect(one.page).toHaveURL(/\/$/, LONG);
    await expect(other.page).toHaveURL(/\/log-ind/, LONG);
    await one.page.goto('/mig');
    await expect(one.page).toHaveURL(/\/log-ind/, LONG);
  });
});

test('with the code a new password is made, and the old one is no use', async ({ browser }) => {
  const one = await joins(browser);
  const page = await (await browser.newContext()).newPage();
  const fresh = 'regnvejrsdag-paa-havnen-7';

  await test.step('a wrong code is refused in words', async () => {
    await page.goto('/log-ind');
    await page.getByRole('link', { name: 'Har du glemt din adgangskode?' }).click();
    await page.waitForURL('**/gendan');
    await page.getByLabel('Dit navn her').fill(one.name);
    await page.getByLabel('Din kode').fill('AAAA-BBBB-CCCC-DDDD');
    await page.getByLabel('Ny adgangskode', { exact: true }).fill(fresh);
    await page.getByRole('button', { name: 'Gem ny adgangskode' }).click();
    await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible(LONG);
    await expect(page.getByLabel('Dit navn her')).toHaveValue(one.name);
  });

  await test.step('the right one opens the account and gives a new code', async () => {
    await page.getByLabel('Din kode').fill(one.recoveryCode ?? '');
    await page.getByRole('button', { name: 'Gem ny adgangskode' }).click();
    await expect(page.getByRole('heading', { name: 'Gem din kode' })).toBeVisible(LONG);
    await expect(page.getByLabel('Din kode')).not.toHaveText(one.recoveryCode ?? '');
    await page.getByLabel('Jeg har gemt koden').check();
    await page.getByRole('button', { name: 'Gå videre' }).click();
    await expect(page.getByRole('heading', { name: `Hej ${one.name}` })).toBeVisible(LONG);
  });

  await test.step('whoever was signed in before is not any more', async () => {
    await one.page.goto('/log-ind');
    await one.page.getByLabel('Dit navn her').fill(one.name);
    await one.page.getByLabel('Adgangskode', { exact: true }).fill(PASSWORD);
    await one.page.getByRole('button', { name: 'Log ind', exact: true }).click();
    await expect(one.page.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible(LONG);
    await one.page.getByLabel('Adgangskode', { exact: true }).fill(fresh);
    await one.page.getByRole('button', { name: 'Log ind', exact: true }).click();
    await expect(one.page.getByRole('link', { name: 'Mig', exact: true }).first()).toBeVisible(
      LONG,
    );
  });
});

test('an account is erased, and its texts go or stay as chosen', async ({ browser, page }) => {
  const [erased, left] = await Promise.all([joins(browser), joins(browser)]);
  const gone = `Det her skal væk. ${freshName()}`;
  const stays = `Det her må gerne blive. ${freshName()}`;
  const [goes, remains] = await Promise.all([
    writesThread(erased, gone),
    writesThread(left, stays),
  ]);

  await test.step('a wrong password erases nothing', async () => {
    await erased.page.goto('/mig');
    await erased.page.getByRole('button', { name: 'Slet min konto' }).click();
    await erases(erased.page, 'Slet det hele', 'forkert-kode-her');
    await expect(erased.page.getByText('Adgangskoden passer ikke.')).toBeVisible(LONG);
    await page.goto(goes);
    await expect(page.getByText(gone)).toBeVisible(LONG);
  });

  await test.step('with everything, the text leaves a page that is open', async () => {
    await erases(erased.page, 'Slet det hele', PASSWORD);
    await expect(erased.page.getByText('Din konto er slettet.')).toBeVisible(LONG);
    await expect(page.getByText(gone)).toHaveCount(0, LONG);
    expect(await page.content()).not.toContain(gone);
    await page.goto(goes);
    await expect(page.getByRole('heading', { name: 'Her er ikke noget' })).toBeVisible(LONG);
  });

  await test.step('left standing, it stays without a name', async () => {
    await left.page.goto('/mig');
    await left.page.getByRole('button', { name: 'Slet min konto' }).click();
    await erases(left.page, 'Lad det stå uden mit navn', PASSWORD);
    await expect(left.page.getByText('Din konto er slettet.')).toBeVisible(LONG);
    await page.goto(remains);
    await expect(page.getByText(stays)).toBeVisible(LONG);
    await expect(page.getByText('Tidligere medlem')).toBeVisible();
    await expect(page.getByText(left.name)).toHaveCount(0);
  });
});
