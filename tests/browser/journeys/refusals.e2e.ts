// What is refused is said at the field, in the server's words; and nothing that was written is lost, line or no line.
import { expect, test, type Page } from '@playwright/test';
import { LONG } from '../support/chat.ts';
import { asks, freshName, joins, PASSWORD } from '../support/people.ts';

test.setTimeout(120_000);

/** The words that stand at a field as what is wrong with it. */
const wrong = (page: Page, label: string) => page.getByLabel(label, { exact: true });

test('signing up with several wrong fields says so at each, and keeps what was typed', async ({
  page,
}) => {
  const name = freshName();
  await page.goto('/bliv-med');
  await page.getByLabel('Navn, du vil kendes ved').fill('ab');
  await page.getByLabel('Adgangskode', { exact: true }).fill('kort');
  await page.getByLabel('Hvor har du hørt om os?').fill('På biblioteket');
  await page.getByRole('button', { name: 'Bliv med', exact: true }).click();

  const field = wrong(page, 'Navn, du vil kendes ved');
  await expect(field).toHaveAccessibleDescription(/Det er lidt for kort\./, LONG);
  await expect(field).toBeFocused();
  await expect(wrong(page, 'Adgangskode')).toHaveAccessibleDescription(/Det er lidt for kort\./);
  await expect(wrong(page, 'Det år, du er født')).toHaveAccessibleDescription(/Det her mangler\./);
  await expect(page.getByLabel('Ja, jeg har læst reglerne')).toHaveAccessibleDescription(
    /Du skal sige ja her for at være med\./,
  );
  await expect(field).toHaveValue('ab');
  await expect(wrong(page, 'Adgangskode')).toHaveValue('kort');
  await expect(page.getByLabel('Hvor har du hørt om os?')).toHaveValue('På biblioteket');

  await field.fill(name);
  await page.getByLabel('Adgangskode', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Det år, du er født').fill(String(new Date().getFullYear() - 19));
  await page.getByLabel('Ja, jeg har læst reglerne').check();
  await page.getByRole('button', { name: 'Bliv med', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Gem din kode' })).toBeVisible(LONG);
});

test('a conversation with several wrong fields keeps every word, also without a line', async ({
  browser,
}) => {
  const { page, context } = await joins(browser);
  const title = `Regn hele ugen ${freshName()}`;
  const body = 'Hvad laver I, når det regner?';
  await page.goto('/forum/hverdag/ny');

  await test.step('each wrong field has its own words', async () => {
    await page.getByLabel('Indholdsnote').fill('x'.repeat(201));
    await page.getByRole('button', { name: 'Del samtalen' }).click();
    for (const label of ['Overskrift', 'Det, du vil skrive'])
      await expect(wrong(page, label)).toHaveAccessibleDescription(/Skriv noget her\./, LONG);
    await expect(page.getByLabel('Indholdsnote')).toHaveAccessibleDescription(/lidt for langt/);
    await expect(page.getByLabel('Indholdsnote')).toHaveValue('x'.repeat(201));
  });

  await test.step('without a line nothing is lost', async () => {
    await page.getByLabel('Overskrift').fill(title);
    await page.getByLabel('Det, du vil skrive').fill(body);
    await page.getByLabel('Indholdsnote').fill('');
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Del samtalen' }).click();
    await expect(page.getByRole('alert').getByText('Intet er tabt.')).toBeVisible(LONG);
    await expect(page.getByLabel('Overskrift')).toHaveValue(title);
    await expect(page.getByLabel('Det, du vil skrive')).toHaveValue(body);
    await context.setOffline(false);
    await page.getByRole('button', { name: 'Del samtalen' }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible(LONG);
  });
});

test('an answer that is lost on the way does not make a text twice', async ({ browser }) => {
  const person = await joins(browser);
  const { page } = person;
  const thread = await asks<{ id: string }>(person, 'POST', 'boards/hverdag/threads', {
    title: `Et svar er nok ${freshName()}`,
    body: 'Hej',
  });
  const text = `Kun én gang, tak. ${freshName()}`;
  const replies = `**/api/v1/threads/${thread.id}/replies`;
  await page.goto(`/forum/t/${thread.id}`);
  await page.getByLabel('Skriv et svar').fill(text);

  // The server takes it in; the answer never comes.
  await page.route(replies, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Send svar' }).click();
  await expect(page.getByRole('alert').getByText('Intet er tabt.')).toBeVisible(LONG);
  await expect(page.getByLabel('Skriv et svar')).toHaveValue(text);

  await page.unroute(replies);
  await page.getByRole('button', { name: 'Send svar' }).click();
  await expect(page.getByLabel('Skriv et svar')).toHaveValue('', LONG);
  await page.reload();
  await expect(page.getByRole('article').filter({ hasText: text })).toHaveCount(1, LONG);
});
