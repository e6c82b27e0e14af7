// People keep hold of their own words: a message changed and taken back, a draft withdrawn and deleted, a room that its
// host opens and closes, a visit in one step of history.
import { expect, test, type Browser, type Page } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { DEMO, freshName, joins, signsIn } from '../support/people.ts';

const LONG = { timeout: 15_000 };
test.setTimeout(120_000);

/** A room of this journey alone: others must not meet its opening and closing. */
async function newRoom(browser: Browser): Promise<{ slug: string; name: string }> {
  const { page, context } = await signsIn(browser, DEMO.coordinator);
  const room = { slug: freshName().toLowerCase().replace('ø', 'oe'), name: freshName() };
  const origin = new URL(process.env.LIGESIND_E2E_URL ?? '').origin;
  const made = await page.request.post('/api/v1/rooms', { data: room, headers: { origin } });
  expect(made.ok(), await made.text()).toBe(true);
  await context.close();
  return room;
}

async function enters(page: Page, slug: string): Promise<void> {
  await page.goto(`/chat/${slug}`);
  await page.getByRole('button', { name: 'Det er i orden. Gå ind' }).click();
  await expect(page.getByRole('log')).toBeVisible(LONG);
}

async function writes(page: Page, text: string): Promise<void> {
  await page.getByLabel('Skriv en besked').fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

const said = (page: Page, text: string) => page.getByRole('log').getByText(text, { exact: true });

test('a host opens a room, and words in it are changed and taken back', async ({ browser }) => {
  const room = await newRoom(browser);
  const host = await signsIn(browser, DEMO.moderator);
  const [anna, bo] = [await joins(browser), await joins(browser)];
  for (const { page } of [host, anna, bo]) await enters(page, room.slug);
  const mine = 'Jeg har lavet te, hvis nogen vil have.';
  const better = 'Jeg har lavet te til alle.';

  await test.step('a closed room keeps a draft until the host opens it', async () => {
    await expect(anna.page.getByText('Rummet er lukket lige nu')).toBeVisible(LONG);
    // Who answers at this moment stands there, the first of them 112.
    const help = anna.page.getByRole('region', { name: 'Lukket lige nu' }).getByRole('listitem');
    await expect(help.first()).toHaveText(/112\s+Åben hele døgnet/);
    await anna.page.getByLabel('Skriv en besked').fill(mine);
    await expect(anna.page.getByRole('button', { name: 'Send', exact: true })).toBeDisabled();
    await host.page.getByRole('button', { name: 'Vært', exact: true }).click();
    await expect(host.page.getByRole('button', { name: 'Åbn rummet' })).toBeVisible(LONG);
    await expectAccessible(host.page);
    await expectAccessible(anna.page);
    await host.page.getByRole('button', { name: 'Åbn rummet' }).click();
    await expect(host.page.getByText('Det har en vært bestemt.')).toBeVisible(LONG);
    await host.page.getByRole('button', { name: 'Luk', exact: true }).click();
    await anna.page.getByRole('button', { name: 'Send', exact: true }).click(LONG);
    await expect(said(bo.page, mine)).toHaveCount(1, LONG);
  });

  await test.step('its author changes a message with the keyboard', async () => {
    const more = anna.page.getByRole('button', { name: 'Ret eller slet din besked' });
    await more.focus();
    await anna.page.keyboard.press('Enter');
    await anna.page
      .getByRole('log')
      .getByRole('button', { name: 'Ret', exact: true })
      .press('Enter');
    const field = anna.page.getByLabel('Ret din besked');
    await expect(field).toBeFocused(LONG);
    await expect(field).toHaveValue(mine);
    await expectAccessible(anna.page);
    await field.fill(better);
    await anna.page.getByRole('button', { name: 'Gem', exact: true }).click();
    await expect(said(bo.page, better)).toHaveCount(1, LONG);
    await expect(said(bo.page, mine)).toHaveCount(0);
    await expect(bo.page.getByRole('log').getByText('rettet')).toBeVisible();
    await expect(more).toBeFocused();
  });

  await test.step('and takes it back', async () => {
    await anna.page.getByRole('button', { name: 'Ret eller slet din besked' }).click();
    await anna.page.getByRole('log').getByRole('button', { name: 'Slet', exact: true }).click();
    await anna.page.getByRole('button', { name: 'Ja, slet beskeden' }).click();
    for (const { page } of [anna, bo]) await expect(said(page, better)).toHaveCount(0, LONG);
    await bo.page.reload();
    await expect(bo.page.getByRole('log')).toBeVisible(LONG);
    await expect(said(bo.page, better)).toHaveCount(0);
  });

  await test.step('a link asks before it leads out', async () => {
    await writes(bo.page, 'Læs [det her](https://www.borger.dk/), det hjalp mig.');
    await anna.page.getByRole('log').getByRole('link', { name: 'det her' }).click(LONG);
    await expect(anna.page.getByText('Du er på vej til www.borger.dk')).toBeVisible(LONG);
    await expectAccessible(anna.page);
    await anna.page.getByRole('button', { name: 'Bliv her' }).click();
    await expect(anna.page.getByText('Du er på vej til')).toHaveCount(0);
    await expect(anna.page).toHaveURL(new RegExp(`/chat/${room.slug}$`));
  });

  await test.step('the host tells the next one how the evening went, and nobody else', async () => {
    const next = await signsIn(browser, DEMO.moderatorWithoutCertificate);
    await enters(next.page, room.slug);
    for (const { page } of [host, next]) {
      await page.getByRole('button', { name: 'Vært', exact: true }).click();
      await expect(page.getByText('Der er ingen noter endnu.')).toBeVisible(LONG);
    }
    const note = host.page.getByLabel('Hvad skal de næste vide?');
    const keep = host.page.getByRole('button', { name: 'Gem noten' });
    await note.fill('Ring til hende på 28 45 61 07');
    await keep.click();
    await expect(host.page.getByText('Her står noget, som kan vise')).toBeVisible(LONG);
    await expect(host.page.getByRole('button', { name: 'Gem den alligevel' })).toBeVisible();
    await expectAccessible(host.page);
    const words = 'En rolig aften. Vi aftalte at tale om te igen.';
    await note.fill(words);
    await keep.click();
    for (const { page } of [host, next]) {
      const notes = page.getByRole('list', { name: 'Noter mellem værter' });
      await expect(notes.getByText(words)).toBeVisible(LONG);
    }
    await expectAccessible(next.page);
    await expect(next.page.getByRole('button', { name: 'Slet', exact: true })).toHaveCount(0);
    await host.page.reload();
    await host.page.getByRole('button', { name: 'Vært', exact: true }).click();
    await host.page.getByRole('button', { name: 'Slet', exact: true }).click(LONG);
    await host.page.getByRole('button', { name: 'Ja, slet noten' }).click();
    await expect(next.page.getByText('Der er ingen noter endnu.')).toBeVisible(LONG);
    await host.page.getByRole('button', { name: 'Luk', exact: true }).click();
    await expect(anna.page.getByRole('button', { name: 'Vært', exact: true })).toHaveCount(0);
    await next.context.close();
  });

  await test.step('the host closes for today and says so to everybody', async () => {
    await host.page.getByRole('button', { name: 'Vært', exact: true }).click();
    await host.page.getByRole('button', { name: 'Luk for i dag' }).click();
    await expect(anna.page.getByText('Værten har lukket rummet for i dag')).toBeVisible(LONG);
    await expect(anna.page.getByRole('region', { name: 'Lukket' })).toContainText('112');
  });
});

test('a supporter takes a submission back and deletes the draft', async ({ browser }) => {
  const { page } = await signsIn(browser, DEMO.newSupporter);
  const title = `Om at vente ${freshName()}`;
  await page.goto('/skriv/ny');
  await page.getByLabel('Overskrift').fill(title);
  await page.getByLabel('Indlæg', { exact: true }).fill('Det tager tid, og det er i orden.');
  await page.getByRole('button', { name: 'Send til gennemlæsning' }).click();
  await expect(page.getByText('Sendt. En fra holdet læser det snart.')).toBeVisible(LONG);
  await page.getByRole('button', { name: 'Træk tilbage' }).click();
  await expect(page.getByText('Kladde. Kun du kan se den.')).toBeVisible(LONG);
  await page.getByRole('button', { name: 'Slet kladden' }).click();
  await page.getByRole('button', { name: 'Ja, slet min tekst' }).click();
  await expect(page).toHaveURL(/\/skriv$/, LONG);
  await expect(page.getByRole('heading', { name: 'Skriv', exact: true })).toBeVisible(LONG);
  await expect(page.getByText(title)).toHaveCount(0);
});

test('a discreet visit is one step of history', async ({ page }) => {
  await page.goto('/sikkerhed');
  const steps = () => page.evaluate(() => history.length);
  await page.getByLabel('Vær diskret på denne enhed').check();
  const before = await steps();
  await page.getByRole('link', { name: 'Blog', exact: true }).first().click();
  await expect(page).toHaveURL(/\/blog$/, LONG);
  await page.getByRole('link', { name: 'Forum', exact: true }).first().click();
  await expect(page).toHaveURL(/\/forum$/, LONG);
  expect(await steps()).toBe(before);
  // Kept on this device, and off again when somebody says so.
  await page.reload();
  await page.getByRole('link', { name: 'Blog', exact: true }).first().click();
  await expect(page).toHaveURL(/\/blog$/, LONG);
  expect(await steps()).toBe(before);
  await page.goto('/sikkerhed');
  await page.getByLabel('Vær diskret på denne enhed').uncheck();
  const off = await steps();
  await page.getByRole('link', { name: 'Blog', exact: true }).first().click();
  await expect(page).toHaveURL(/\/blog$/, LONG);
  expect(await steps()).toBe(off + 1);
});
