// A case that is refused, the course that opens it, and the case taken: by keyboard where a choice is made.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { expectAccessible } from '../support/axe.ts';
import { LONG } from '../support/chat.ts';
import { caseAbout } from '../support/desk.ts';
import { asks, DEMO, freshName, joins, signsIn } from '../support/people.ts';

interface Course {
  modules: { title: string }[];
  questions: { case: string; options: string[] }[];
}
const written = new URL('../../../server/community/courses.da.json', import.meta.url);
const course = (JSON.parse(readFileSync(written, 'utf8')) as { grooming: Course }).grooming;

test.setTimeout(150_000);

test('a moderator takes the course and then the case that was refused', async ({
  browser,
  page: visitor,
}) => {
  const [author, reporter, moderator, coordinator] = await Promise.all([
    joins(browser),
    joins(browser),
    joins(browser),
    signsIn(browser, DEMO.coordinator),
  ]);
  await asks(coordinator, 'PUT', `people/${moderator.id}/roles`, {
    roles: ['participant', 'moderator'],
  });
  const thread = await asks<{ id: string }>(author, 'POST', 'boards/hverdag/threads', {
    title: freshName(),
    body: 'Hvad laver I, når det regner?',
  });
  await asks(reporter, 'POST', 'reports', {
    target: { kind: 'thread', id: thread.id },
    reason: 'grooming',
  });
  const row = await caseAbout(moderator, thread.id, 'category=grooming');
  const { page } = moderator;

  await test.step('the case says which course it takes, and leads there', async () => {
    await page.goto(`/moderering/${row.id}`);
    await expect(page.getByText('Kræver kurset om grooming.')).toBeVisible(LONG);
    await expect(page.getByRole('button', { name: 'Tag sagen' })).toHaveCount(0);
    await page.getByRole('link', { name: 'Tag kurset' }).click();
    await expect(
      page.getByRole('heading', { level: 1, name: 'Når nogen kommer for tæt på' }),
    ).toBeVisible(LONG);
    await expect(page.getByText('Prøven åbner, når du har læst alle delene.')).toBeVisible();
  });

  await test.step('each part is read, and the next one opens', async () => {
    for (const { title } of course.modules) {
      const part = page.locator('details', { has: page.getByRole('heading', { name: title }) });
      await expect(part).toHaveAttribute('open', '', LONG);
      await part.getByRole('button', { name: 'Jeg har læst det' }).click();
      await expect(part.getByText('Læst', { exact: true })).toBeVisible(LONG);
    }
  });

  await test.step('the check is kept while one is away, and says what is missing', async () => {
    await page.getByRole('button', { name: 'Begynd på prøven' }).click();
    await expect(page.getByRole('heading', { name: 'Prøven' })).toBeFocused(LONG);
    await expectAccessible(page);
    const saved = page.waitForResponse((answer) => answer.url().includes('/check/answers/0'));
    await page.getByRole('radio').first().focus();
    await page.keyboard.press('Space');
    expect((await saved).status()).toBe(204);
    await page.reload();
    await page.getByRole('button', { name: 'Fortsæt på prøven' }).click();
    await expect(page.getByRole('radio').first()).toBeChecked(LONG);
    await page.getByRole('button', { name: 'Send svarene' }).click();
    await expect(page.getByText('Vælg et svar').first()).toBeVisible(LONG);
    await expect(page.getByText('Der er 7 sager tilbage at svare på.')).toBeVisible();
  });

  await test.step('right answers lead to certificate and diploma', async () => {
    for (const group of await page.locator('main fieldset').all()) {
      const words = (await group.locator('legend').textContent()) ?? '';
      const right = course.questions.find((question) => question.case === words.trim())?.options[0];
      expect(right, words).toBeTruthy();
      await group.getByRole('radio', { name: right ?? '', exact: true }).check();
    }
    await expect(page.getByText('Du har svaret på dem alle.')).toBeVisible(LONG);
    await page.getByRole('button', { name: 'Send svarene' }).click();
    await expect(page.getByRole('heading', { name: 'Bestået' })).toBeFocused(LONG);
    await expect(page.getByText('8 rigtige af 8.')).toBeVisible();
    await expectAccessible(page);
  });

  const diploma = await test.step('anybody with the link sees that it counts', async () => {
    const link = page.getByRole('link', { name: 'Se diplomet' });
    await expect(link).toBeVisible(LONG);
    const path = (await link.getAttribute('href')) ?? '';
    await visitor.goto(path);
    await expect(visitor.getByText('Diplomet gælder', { exact: true })).toBeVisible(LONG);
    await expect(visitor.getByText(moderator.name)).toBeVisible();
    await expectAccessible(visitor);
    return path;
  });

  await test.step('the case that was refused is taken', async () => {
    await page.getByRole('link', { name: 'Tilbage til sagen' }).first().click();
    await page.getByRole('button', { name: 'Tag sagen' }).click();
    await expect(page.getByRole('button', { name: 'Giv sagen tilbage' })).toBeVisible(LONG);
  });

  await test.step('evidence is held and let go', async () => {
    await page.locator('summary', { hasText: 'Hold på beviset' }).click();
    await page.getByLabel('Hvorfor skal det gemmes længere?').fill('Politiet har sagen.');
    const day = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('Til og med').fill(day);
    await page.getByRole('button', { name: 'Sæt et hold' }).click();
    await expect(page.getByText(/^Holdt til/)).toBeVisible(LONG);
    await expect(page.getByText('Satte et hold på beviset')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Ophæv holdet' }).click();
    await expect(page.getByText(/^Holdt til/)).toHaveCount(0, LONG);
  });

  await test.step('taken back by a coordinator, the diploma says so', async () => {
    await asks(coordinator, 'PUT', `people/${moderator.id}/certificates`, { certificates: [] });
    await visitor.goto(diploma);
    await expect(visitor.getByText('Diplomet gælder ikke mere')).toBeVisible(LONG);
  });
});

test('a practice case is answered once, and then told', async ({ browser }) => {
  const [moderator, coordinator] = await Promise.all([
    joins(browser),
    signsIn(browser, DEMO.coordinator),
  ]);
  await asks(coordinator, 'PUT', `people/${moderator.id}/roles`, {
    roles: ['participant', 'moderator'],
  });
  const { page } = moderator;
  await page.goto('/moderering/oevelser');
  const card = page.getByRole('article').first();
  await card.getByRole('button', { name: 'Svar' }).click();
  const topic = card.getByLabel('Hvad handler det om?');
  await expect(topic).toHaveAccessibleDescription(/Det her mangler\./, LONG);
  await expect(topic).toBeFocused();
  await topic.selectOption('other');
  await card.getByLabel('Hvor alvorligt er det?').selectOption('5');
  await card.getByLabel('Hvad ville du gøre?').selectOption('dismiss');
  await expect(card.getByText('Det ville vi gøre')).toHaveCount(0);
  await card.getByRole('button', { name: 'Svar' }).click();
  await expect(card.getByText('Det ville vi gøre')).toBeVisible(LONG);
  await expect(card.getByText(/valgte det samme som dig\./)).toBeVisible();
  await expect(page.getByText('1 af 10 besvaret.')).toBeVisible();
  await expectAccessible(page);
});
