// A breach of confidentiality in the chat: told by one, gone from every other screen at once, decided, explained.
import { expect, test, type Page } from '@playwright/test';
import { DEMO, freshName, joins, signsIn } from '../support/people.ts';

const LONG = { timeout: 15_000 };
test.setTimeout(120_000);

/** Goes into the room that is always open, past the ground rules where they are not answered yet. */
async function entersRoom(page: Page): Promise<void> {
  await page.goto('/chat');
  await page.getByRole('link', { name: 'Lyset er tændt' }).click();
  const enter = page.getByRole('button', { name: 'Det er i orden. Gå ind' });
  await expect(enter.or(page.getByRole('log'))).toBeVisible(LONG);
  if (await enter.isVisible()) await enter.click();
  await expect(page.getByRole('log')).toBeVisible(LONG);
}

const bubble = (page: Page, text: string) =>
  page.getByRole('log').getByRole('article').filter({ hasText: text });

test('a breach of confidentiality leaves open screens, is decided and explained', async ({
  browser,
}) => {
  const author = await joins(browser);
  // Whoever tells must have been here a while: only then is the text hidden before anybody has read it.
  const reporter = await signsIn(browser, DEMO.participant);
  const reader = await signsIn(browser, DEMO.otherParticipant);
  const moderator = await signsIn(browser, DEMO.moderator);
  const text = `Hun fortalte mig i går, at hun skal flytte. ${freshName()}`;
  const why = 'Det var en andens historie, og den må hun selv fortælle.';
  for (const { page } of [author, reporter, reader]) await entersRoom(page);

  await test.step('everybody in the room sees it', async () => {
    await author.page.getByLabel('Skriv en besked').fill(text);
    await author.page.getByRole('button', { name: 'Send', exact: true }).click();
    for (const { page } of [author, reporter, reader])
      await expect(bubble(page, text)).toHaveCount(1, LONG);
  });

  const target = await test.step('one tells, and it is gone from the others', async () => {
    const { page } = reporter;
    await bubble(page, text).getByRole('button', { name: 'Fortæl os' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'En andens historie eller oplysninger' }).check();
    const sent = page.waitForRequest('**/api/v1/reports');
    await dialog.getByRole('button', { name: 'Fortæl os det' }).click();
    const report = (await sent).postDataJSON() as { target: { id: string } };
    await expect(dialog.getByText('Vi har fået din besked')).toBeVisible(LONG);
    await expect(bubble(reader.page, text)).toHaveCount(0, LONG);
    await expect(bubble(page, text)).toHaveCount(0, LONG);
    await expect(bubble(author.page, text)).toContainText('Kun du kan se det her lige nu.', LONG);
    await reader.page.reload();
    await expect(reader.page.getByRole('log')).toBeVisible(LONG);
    await expect(bubble(reader.page, text)).toHaveCount(0);
    return report.target.id;
  });

  await test.step('a moderator with the course takes the case and hides the text', async () => {
    const { page } = moderator;
    const answer = await page.request.get('/api/v1/cases?category=confidentiality');
    expect(answer.ok(), await answer.text()).toBe(true);
    const { items } = (await answer.json()) as { items: { id: string; target: { id: string } }[] };
    const row = items.find((one) => one.target.id === target);
    await page.goto('/moderering?category=confidentiality');
    await page.locator(`[data-case="${row?.id}"]`).click();
    await page.getByRole('button', { name: 'Tag sagen' }).click();
    await page.getByRole('button', { name: 'For at afgøre sagen' }).click();
    await page.getByRole('button', { name: 'Vis teksten' }).click();
    await page.getByRole('button', { name: 'Gør teksten tydelig' }).click();
    await expect(page.getByRole('blockquote')).toHaveText(text, LONG);
    await page.getByRole('radio', { name: 'Skjul teksten' }).check();
    await page.getByLabel('Hvilken aftale handler det om?').selectOption('confidentiality');
    await page.getByRole('textbox', { name: 'Begrundelse' }).fill(why);
    await page.getByRole('button', { name: 'Skjul teksten' }).click();
    await expect(page.getByRole('link', { name: 'Til køen' })).toBeVisible(LONG);
  });

  await test.step('the author reads the reason', async () => {
    const { page } = author;
    await page.goto('/mig');
    const decisions = page.getByRole('region', { name: 'Afgørelser om dig og dine tekster' });
    await expect(decisions.getByText('Vi har skjult det, du skrev')).toBeVisible(LONG);
    await expect(decisions.getByText(why)).toBeVisible(LONG);
    await expect(decisions.getByText('Det, der bliver fortalt her, bliver her.')).toBeVisible(LONG);
  });
});
