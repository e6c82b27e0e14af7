// A phone that several people use: what one began to write is nobody else's to see, and not lost to the one who wrote it.
import { expect, test, type Browser, type Page } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { entersRoom, LONG, says } from '../support/chat.ts';
import { asks, freshName, joins, PASSWORD, type Person } from '../support/people.ts';

test.setTimeout(120_000);

async function signsInByPage(page: Page, name: string): Promise<void> {
  await page.getByLabel('Dit navn her').fill(name);
  await page.getByLabel('Adgangskode', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log ind', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Mig', exact: true }).first()).toBeVisible(LONG);
}

/** A thread of one's own, and the way to it without loading the page anew. */
async function newThread(by: Person): Promise<{ title: string; path: string }> {
  const title = `Om aftenen ${freshName()}`;
  const { id } = await asks<{ id: string }>(by, 'POST', 'boards/hverdag/threads', {
    title,
    body: 'Hvad gør I?',
  });
  return { title, path: `/forum/t/${id}` };
}

async function opensThread(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: 'Forum', exact: true }).last().click();
  await page.locator('main a[href="/forum/hverdag"]').click(LONG);
  await page.getByRole('link', { name: title }).click(LONG);
  await expect(page.getByLabel('Skriv et svar')).toBeVisible(LONG);
}

/** Signs out of every device, from another one. */
async function endsAllSessions(browser: Browser, name: string): Promise<void> {
  const elsewhere = await browser.newContext();
  const { origin } = new URL(process.env.LIGESIND_E2E_URL ?? '');
  const headers = { origin };
  await elsewhere.request.post('/api/v1/session', {
    data: { pseudonym: name, password: PASSWORD },
    headers,
  });
  const ended = await elsewhere.request.delete('/api/v1/sessions', { headers });
  expect(ended.ok(), await ended.text()).toBe(true);
  await elsewhere.close();
}

test('the next person in the same tab sees nothing that the one before had begun', async ({
  browser,
}) => {
  const [one, other] = [await joins(browser), await joins(browser)];
  const { title, path } = await newThread(one);
  const secret = `Det her er kun mit. ${freshName()}`;
  const { page } = one;
  await page.goto(path);
  await page.getByLabel('Skriv et svar').fill(secret);
  await entersRoomInApp(page);
  await page.getByLabel('Skriv en besked').fill(secret);

  await page.getByRole('link', { name: 'Mig', exact: true }).last().click();
  await page.getByRole('button', { name: 'Log ud', exact: true }).click();
  await expect(page).toHaveURL(/\/$/, LONG);
  await page.getByRole('link', { name: 'Log ind' }).last().click();
  await signsInByPage(page, other.name);

  await opensThread(page, title);
  await expect(page.getByLabel('Skriv et svar')).toHaveValue('');
  await entersRoomInApp(page);
  await expect(page.getByLabel('Skriv en besked')).toHaveValue('');
  expect(await page.content()).not.toContain(secret);
});

/** Into the room by the links of the app, past the ground rules where they are not answered yet. */
async function entersRoomInApp(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Chat', exact: true }).last().click();
  await page.getByRole('link', { name: 'Lyset er tændt' }).click(LONG);
  const enter = page.getByRole('button', { name: 'Det er i orden. Gå ind' });
  await expect(enter.or(page.getByRole('log'))).toBeVisible(LONG);
  if (await enter.isVisible()) await enter.click();
  await expect(page.getByRole('log')).toBeVisible(LONG);
}

test('a session that ends elsewhere is told kindly, and what was being written comes back', async ({
  browser,
}) => {
  const one = await joins(browser);
  const { path } = await newThread(one);
  const begun = `Jeg var midt i det. ${freshName()}`;
  const { page } = one;
  await page.goto(path);
  await page.getByLabel('Skriv et svar').fill(begun);
  await endsAllSessions(browser, one.name);

  await expect(page.getByRole('alert').getByText('Du er ikke logget ind længere.')).toBeVisible(
    LONG,
  );
  await expectAccessible(page);
  expect(await page.content()).not.toContain(begun);
  await page.getByRole('link', { name: 'Log ind igen' }).click();
  await signsInByPage(page, one.name);
  await expect(page).toHaveURL(new RegExp(`${path}$`), LONG);
  await expect(page.getByLabel('Skriv et svar')).toHaveValue(begun, LONG);
  await expect(page.getByText('Du er ikke logget ind længere.')).toHaveCount(0);
});

test('a message that waits for the line goes also when its author looks elsewhere', async ({
  browser,
}) => {
  const [one, other] = [await joins(browser), await joins(browser)];
  await entersRoom(other.page);
  const { page } = one;
  // The pages of this visit have been seen before: without a line nothing new can come.
  await page.goto('/');
  await page.getByRole('link', { name: 'Forum', exact: true }).last().click();
  await expect(page).toHaveURL(/\/forum$/, LONG);
  await entersRoomInApp(page);
  const late = `Jeg gik ind i en elevator. ${freshName()}`;
  await page.context().setOffline(true);
  await says(page, late);
  await expect(page.getByText('Venter på forbindelse')).toBeVisible(LONG);
  await page.getByRole('link', { name: 'Forum', exact: true }).last().click();
  await expect(page.getByRole('log')).toHaveCount(0, LONG);
  await page.context().setOffline(false);
  const said = other.page.getByRole('log').getByText(late, { exact: true });
  await expect(said).toHaveCount(1, LONG);

  await entersRoomInApp(page);
  await expect(page.getByRole('log').getByText(late, { exact: true })).toHaveCount(1, LONG);
  await expect(page.getByText('Venter på forbindelse')).toHaveCount(0);
  await expect(said).toHaveCount(1);
});
