// A breach of confidentiality in the chat: told by one, gone from every other screen at once, read by somebody
// with the course, taken out of the text, explained to its author.
import { expect, test } from '@playwright/test';
import { bubble, entersRoom, LONG, says } from '../support/chat.ts';
import { caseAbout, decides, readsText, takesCase } from '../support/desk.ts';
import { DEMO, freshName, joins, signsIn } from '../support/people.ts';

const QUEUE = 'category=confidentiality';
test.setTimeout(120_000);

test('a breach of confidentiality leaves open screens, is taken out and explained', async ({
  browser,
}) => {
  const [author, reporter, reader, untrained, moderator] = await Promise.all([
    joins(browser),
    // Whoever tells must have been here a while: only then is the text hidden before anybody has read it.
    signsIn(browser, DEMO.participant),
    signsIn(browser, DEMO.otherParticipant),
    signsIn(browser, DEMO.moderatorWithoutCertificate),
    signsIn(browser, DEMO.moderator),
  ]);
  const tag = freshName();
  const secret = 'flytte hjem til sin mormor';
  const text = `Hun fortalte mig i går, at hun skal ${secret}, ${tag}.`;
  const why = 'Det var en andens historie, og den må hun selv fortælle.';
  await Promise.all([author, reporter, reader].map(({ page }) => entersRoom(page)));

  await test.step('everybody in the room sees it', async () => {
    await says(author.page, text);
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
    for (const other of [reader, reporter])
      await expect(bubble(other.page, tag)).toHaveCount(0, LONG);
    await expect(bubble(author.page, text)).toContainText('Kun du kan se det her lige nu.', LONG);
    return report.target.id;
  });

  const row = await caseAbout(moderator, target, QUEUE);

  await test.step('a moderator without the course is told kindly why not', async () => {
    const { page } = untrained;
    await page.goto(`/moderering?${QUEUE}`);
    await page.locator(`[data-case="${row.id}"]`).click();
    const claim = page.getByRole('region', { name: 'Hvem har sagen' });
    await expect(claim.getByText('Kræver kurset om fortrolighed.')).toBeVisible(LONG);
    await expect(claim.getByText('Sagen bliver i køen')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Tag sagen' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Vis teksten' })).toHaveCount(0);
  });

  await test.step('one with the course reads it for a reason and takes the words out', async () => {
    const { page } = moderator;
    await takesCase(page, row.id, QUEUE);
    await readsText(page);
    await expect(page.getByRole('blockquote')).toHaveText(text, LONG);
    await page.getByRole('radio', { name: 'Tag noget ud' }).check();
    const words = page.getByRole('listbox', { name: 'Vælg det, der skal ud' });
    for (const word of secret.split(' '))
      await words.getByRole('option', { name: word, exact: true }).click();
    await expect(page.getByText('1 sted er taget ud')).toBeVisible();
    await page.getByLabel(`Skriv i stedet for »${secret}«`).fill('noget privat');
    await expect(page.getByText('at hun skal noget privat')).toBeVisible(LONG);
    await page.getByLabel('Hvilken aftale handler det om?').selectOption('confidentiality');
    await decides(page, why, 'Tag det ud');
  });

  await test.step('the others read what is left of it', async () => {
    for (const { page } of [reader, reporter, author]) {
      await expect(bubble(page, tag)).toContainText('at hun skal noget privat', LONG);
      await expect(bubble(page, tag)).toContainText('Holdet har taget noget ud', LONG);
      await expect(page.getByText('mormor')).toHaveCount(0);
    }
    await reader.page.reload();
    await expect(bubble(reader.page, tag)).toContainText('at hun skal noget privat', LONG);
    await expect(reader.page.getByText('mormor')).toHaveCount(0);
  });

  await test.step('the author reads the reason', async () => {
    const { page } = author;
    await bubble(page, tag).getByRole('link', { name: 'Læs hvorfor' }).click();
    const decisions = page.getByRole('region', { name: 'Afgørelser om dig og dine tekster' });
    await expect(decisions.getByText(why)).toBeVisible(LONG);
    await expect(decisions.getByText('Det, der bliver fortalt her, bliver her.')).toBeVisible(LONG);
  });
});
