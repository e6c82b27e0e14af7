// A new peer supporter's first post: sent in, sent back with a reason, changed, approved, read by a visitor.
import { expect, test, type Page } from '@playwright/test';
import { DEMO, freshName, signsIn } from '../support/people.ts';

const LONG = { timeout: 15_000 };
test.setTimeout(120_000);

/** The case of a post, found in the queue by the heading that only this post has. */
async function opensCase(page: Page, title: string): Promise<void> {
  const answer = await page.request.get('/api/v1/cases?source=submission');
  expect(answer.ok(), await answer.text()).toBe(true);
  const { items } = (await answer.json()) as { items: { id: string }[] };
  for (const { id } of items) {
    await page.goto('/moderering');
    await page.locator(`[data-case="${id}"]`).click();
    const take = page.getByRole('button', { name: 'Tag sagen' });
    const release = page.getByRole('button', { name: 'Giv sagen tilbage' });
    await expect(take.or(release)).toBeVisible(LONG);
    if (await take.isVisible()) await take.click();
    await expect(release).toBeVisible(LONG);
    const submission = page.getByRole('region', { name: 'Indlægget, som læserne vil se det' });
    await expect(submission).toBeVisible(LONG);
    if (await submission.getByRole('heading', { name: title }).isVisible()) return;
    await release.click();
    await expect(take).toBeVisible(LONG);
  }
  throw new Error(`no case about ${title}`);
}

/** The line above the text that tells the author where the post stands. */
const stands = (page: Page, words: string) => page.getByRole('main').getByText(words);

test('a post is sent back with a reason, changed, approved and read', async ({ browser, page }) => {
  const author = await signsIn(browser, DEMO.newSupporter);
  const moderator = await signsIn(browser, DEMO.moderator);
  const title = `Ture med hunden ${freshName()}`;
  const first = 'Jeg går en tur hver morgen, og det hjælper mig med at komme i gang.';
  const added = 'Det er ikke nogen opskrift, men sådan er det for mig.';
  const why = 'Vil du skrive til sidst, at det er din egen erfaring og ikke et råd?';

  await test.step('the supporter writes and sends it in', async () => {
    await author.page.goto('/skriv');
    await author.page.getByRole('link', { name: 'Begynd på et nyt' }).click();
    await author.page.getByLabel('Overskrift').fill(title);
    await author.page.getByLabel('Indlæg', { exact: true }).fill(first);
    await author.page.getByRole('button', { name: 'Send til gennemlæsning' }).click();
    await expect(stands(author.page, 'Sendt. En fra holdet læser det snart.')).toBeVisible(LONG);
  });

  await test.step('a moderator asks for changes', async () => {
    await opensCase(moderator.page, title);
    await moderator.page.getByRole('radio', { name: 'Bed om ændringer' }).check();
    await moderator.page
      .getByLabel('Hvilken aftale handler det om?')
      .selectOption('own_experience');
    await moderator.page.getByRole('textbox', { name: 'Din besked' }).fill(why);
    await moderator.page.getByRole('button', { name: 'Send beskeden' }).click();
    // What takes nothing away can be taken back for ten seconds, or sent at once.
    await moderator.page.getByRole('button', { name: 'Fortryd' }).click();
    await moderator.page.getByRole('button', { name: 'Send beskeden' }).click();
    await moderator.page.getByRole('button', { name: 'Send nu' }).click();
    await expect(moderator.page.getByRole('link', { name: 'Til køen' })).toBeVisible(LONG);
  });

  await test.step('the supporter reads why, changes it and sends it again', async () => {
    await author.page.goto('/skriv');
    await author.page.getByRole('link', { name: title }).click();
    await expect(author.page.getByRole('heading', { name: 'Fra den, der læste det' })).toBeVisible(
      LONG,
    );
    await expect(author.page.getByText(why)).toBeVisible(LONG);
    await author.page.getByLabel('Indlæg', { exact: true }).fill(`${first}\n\n${added}`);
    await author.page.getByRole('button', { name: 'Send igen' }).click();
    await expect(stands(author.page, 'Sendt. En fra holdet læser det snart.')).toBeVisible(LONG);
  });

  await test.step('the moderator approves it', async () => {
    await opensCase(moderator.page, title);
    await expect(moderator.page.getByText(added)).toBeVisible(LONG);
    await moderator.page.getByRole('radio', { name: 'Del indlægget' }).check();
    await moderator.page.getByRole('button', { name: 'Del indlægget' }).click();
    await moderator.page.getByRole('button', { name: 'Send nu' }).click();
    await expect(moderator.page.getByRole('link', { name: 'Til køen' })).toBeVisible(LONG);
  });

  await test.step('a visitor reads it', async () => {
    await page.goto('/blog');
    await page.getByRole('link', { name: title }).click();
    await expect(page).toHaveURL(/\/blog\/.+/, LONG);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible(LONG);
    await expect(page.getByText(first)).toBeVisible(LONG);
    await expect(page.getByText(added)).toBeVisible(LONG);
  });
});
