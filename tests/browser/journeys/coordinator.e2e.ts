// A coordinator keeps the place: words, boards, rooms and roles; and two who save at once lose nothing.
import { expect, test, type Page } from '@playwright/test';
import { LONG } from '../support/chat.ts';
import { asks, DEMO, DEMO_PASSWORD, freshName, joins, signsIn } from '../support/people.ts';

const SAVED = 'Gemt';
const said = (page: Page, text: string) =>
  page.getByRole('status').getByText(text, { exact: true });

/** Gives somebody a role on the page of people; answers once the page says that it is kept. */
async function givesRole(page: Page, name: string, role: string): Promise<void> {
  await page.goto('/personer');
  await page.getByLabel('Find et navn').fill(name);
  const person = page.getByRole('listitem').filter({ hasText: name });
  await expect(person).toHaveCount(1, LONG);
  await person.getByText(name, { exact: true }).click();
  await person.getByRole('checkbox', { name: role, exact: true }).check();
  await person.getByRole('button', { name: 'Gem roller' }).click();
}

test('a role is given after the password is asked for again, and two editors lose nothing', async ({
  browser,
  page: visitor,
}) => {
  const [one, other] = await Promise.all([signsIn(browser, DEMO.coordinator), joins(browser)]);
  const path = '/indstillinger/tekster/pages/about';
  const title = (page: Page) => page.getByLabel('Overskrift', { exact: true });

  await test.step('a role takes the password again, and works at once', async () => {
    await other.page.goto('/indstillinger');
    await expect(
      other.page.getByRole('heading', { name: 'Her kan du ikke komme ind lige nu' }),
    ).toBeVisible(LONG);
    // As the server answers once the sign-in is a quarter of an hour old.
    const refusal = { status: 403, code: 'step_up_required', title: 'Bekræft, at det er dig' };
    await one.page.route(
      '**/api/v1/people/*/roles',
      (route) =>
        route.fulfill({ status: 403, contentType: 'application/problem+json', json: refusal }),
      { times: 1 },
    );
    await givesRole(one.page, other.name, 'koordinator');
    const dialog = one.page.getByRole('dialog', { name: 'Bekræft, at det er dig' });
    await dialog.getByLabel('Adgangskode', { exact: true }).fill('forkert-kode-her');
    await dialog.getByRole('button', { name: 'Bekræft og gem' }).click();
    await expect(dialog.getByText('Adgangskoden passer ikke.')).toBeVisible(LONG);
    await dialog.getByLabel('Adgangskode', { exact: true }).fill(DEMO_PASSWORD);
    await dialog.getByRole('button', { name: 'Bekræft og gem' }).click();
    await expect(said(one.page, SAVED)).toBeVisible(LONG);
  });

  const [first, second] = [`Om os ${freshName()}`, `Om stedet ${freshName()}`];
  await test.step('both write on the same page, and one saves first', async () => {
    for (const { page } of [one, other]) {
      await page.goto(path);
      await expect(title(page)).toBeVisible(LONG);
    }
    await title(one.page).fill(first);
    await title(other.page).fill(second);
    await one.page.getByRole('button', { name: 'Gem', exact: true }).click();
    await expect(said(one.page, SAVED)).toBeVisible(LONG);
    await visitor.goto('/om');
    await expect(visitor.getByRole('heading', { name: first })).toBeVisible(LONG);
  });

  await test.step('the second sees both side by side and chooses', async () => {
    const { page } = other;
    await page.getByRole('button', { name: 'Gem', exact: true }).click();
    const both = page.getByRole('alert').filter({ hasText: 'En anden har gemt imens' });
    await expect(both.getByText(first)).toBeVisible(LONG);
    await expect(both.getByText(second)).toBeVisible();
    await expect(title(page)).toHaveValue(second);
    await both.getByRole('button', { name: 'Gem mit' }).click();
    await expect(said(page, SAVED)).toBeVisible(LONG);
    await visitor.reload();
    await expect(visitor.getByRole('heading', { name: second })).toBeVisible(LONG);
  });
});

test('a board and a room are made, and people find them', async ({ browser }) => {
  const [{ page }, member] = await Promise.all([
    signsIn(browser, DEMO.coordinator),
    joins(browser),
  ]);
  const [board, room] = [`Kæledyr ${freshName()}`, `Strikkeklub ${freshName()}`];

  await test.step('a board, for members only', async () => {
    await page.goto('/indstillinger/fora');
    const form = page.getByRole('region', { name: 'En ny del' });
    await form.getByRole('button', { name: 'Tilføj' }).click();
    await expect(form.getByText('Skriv noget her.').first()).toBeVisible(LONG);
    await form.getByLabel('Navn').fill(board);
    await form.getByLabel('Hvad der hører til her').fill('Dyr, store og små.');
    await form.getByLabel('Kun for medlemmer').check();
    await form.getByRole('button', { name: 'Tilføj' }).click();
    await expect(said(page, SAVED)).toBeVisible(LONG);
    await member.page.goto('/forum');
    await member.page.getByRole('link', { name: board }).click();
    await expect(member.page.getByRole('heading', { name: board })).toBeVisible(LONG);
  });

  await test.step('a room that is always open', async () => {
    await page.goto('/indstillinger/rum');
    const form = page.getByRole('region', { name: 'Et nyt rum' });
    await form.getByLabel('Navn', { exact: true }).fill(room);
    await form.getByLabel('Adresse').fill(room.toLowerCase().replace(/[^a-z]+/g, '-'));
    await form.getByLabel('Hvad rummet er til').fill('Masker og te.');
    await form.getByLabel('Altid åbent').check();
    await form.getByRole('button', { name: 'Tilføj', exact: true }).last().click();
    await expect(said(page, SAVED)).toBeVisible(LONG);
    await member.page.goto('/chat');
    await member.page.getByRole('link', { name: room }).click();
    await expect(member.page.getByRole('button', { name: 'Det er i orden. Gå ind' })).toBeVisible(
      LONG,
    );
  });
});

test('a place to get help closes while somebody looks at the page, and 112 never does', async ({
  browser,
  page: visitor,
}) => {
  test.setTimeout(180_000);
  const one = await signsIn(browser, DEMO.coordinator);
  const name = `Aftenlinjen ${freshName()}`;
  const zone = { timeZone: 'Europe/Copenhagen' };
  // The next whole minute that leaves time to see it open.
  const closes = Math.ceil((Date.now() + 20_000) / 60_000) * 60_000;
  const clock = (at: number) =>
    new Intl.DateTimeFormat('en-GB', { ...zone, hour: '2-digit', minute: '2-digit' }).format(at);
  const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  await asks(one, 'POST', 'community/help-lines', {
    name,
    about_da: 'For dig, der har brug for at tale.',
    about_en: 'For you who need to talk.',
    number: '70 10 20 30',
    checked_on: new Intl.DateTimeFormat('sv-SE', zone).format(Date.now()),
    open_hours: week.map((weekday) => ({
      weekday,
      from: clock(closes - 3_600_000),
      to: clock(closes),
    })),
  });

  await test.step('it closes by itself on the page that is open', async () => {
    // Pages ask one after another when a place closes; this one asks first.
    await visitor.addInitScript(() => (Math.random = () => 0));
    await visitor.goto('/hjaelp');
    const line = visitor.getByRole('main').getByRole('listitem').filter({ hasText: name });
    await expect(line).toContainText('Åben nu, til kl.', LONG);
    await visitor.evaluate(() => document.body.setAttribute('data-same-page', ''));
    await expect(line).toContainText('Åbner', { timeout: 100_000 });
    await expect(line).not.toContainText('Åben nu');
    await expect(visitor.locator('body[data-same-page]')).toHaveCount(1);
  });

  await test.step('the hours of 112 are not for anybody to change', async () => {
    const { page } = one;
    await page.goto('/indstillinger/hjaelpelinjer');
    const emergency = page.getByRole('main').getByRole('listitem').filter({ hasText: '112' });
    await emergency.first().locator('summary').click();
    await expect(emergency.first()).toContainText('Svarer hele døgnet, hver dag.');
    await expect(emergency.first().getByRole('checkbox')).toHaveCount(0);
  });
});
