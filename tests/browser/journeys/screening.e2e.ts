// A program reads first: it tells before anything is sent, holds what is sent all the same, and shows where help is.
import { expect, test, type Page } from '@playwright/test';
import { bubble, entersRoom, LONG, says } from '../support/chat.ts';
import { asks, DEMO, freshName, joins, type Person, signsIn } from '../support/people.ts';

test.setTimeout(120_000);

const PHONE = '28 45 61 07';
const ADVICE = 'Vil du kigge på det en gang til?';

/** A thread of somebody's own, to answer in. */
async function opensThread(by: Person): Promise<string> {
  const thread = await asks<{ id: string }>(by, 'POST', 'boards/hverdag/threads', {
    title: `Hvordan går det? ${freshName()}`,
    body: 'Skriv, hvis I har lyst.',
  });
  return `/forum/t/${thread.id}`;
}

async function replies(page: Page, text: string): Promise<void> {
  await page.getByLabel('Skriv et svar').fill(text);
  await page.getByRole('button', { name: 'Send svar' }).click();
}

const item = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text });

test('in the chat advice comes before sending, and what is sent all the same waits', async ({
  browser,
}) => {
  const [author, other] = await Promise.all([joins(browser), joins(browser)]);
  const tag = freshName();
  const text = `Ring til mig på ${PHONE}, ${tag}`;
  await Promise.all([author, other].map(({ page }) => entersRoom(page)));
  const { page } = author;

  await test.step('the suggestion is taken with one tap', async () => {
    await says(page, text);
    await expect(page.getByRole('alert').getByText(ADVICE)).toBeInViewport(LONG);
    await page.getByRole('button', { name: 'Brug forslaget' }).click();
    await expect(page.getByLabel('Skriv en besked')).toHaveValue(/telefonnummer fjernet/);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(bubble(other.page, tag)).toContainText('[telefonnummer fjernet]', LONG);
  });

  await test.step('sent as it is, it waits for a person, and its author sees that', async () => {
    await says(page, text);
    await page.getByRole('button', { name: 'Send, som det er' }).click();
    const held = bubble(page, PHONE);
    await expect(held).toContainText('Kun du kan se det her lige nu.', LONG);
    await page.reload();
    await expect(held).toContainText('Kun du kan se det her lige nu.', LONG);
    const after = `Nu går jeg i seng, ${tag}`;
    await says(page, after);
    await expect(bubble(other.page, after)).toHaveCount(1, LONG);
    await expect(bubble(other.page, PHONE)).toHaveCount(0);
    await other.page.reload();
    await expect(bubble(other.page, after)).toHaveCount(1, LONG);
    await expect(bubble(other.page, PHONE)).toHaveCount(0);
  });

  await test.step('a cry for help is answered at once', async () => {
    await says(page, 'jeg vil ikke leve mere');
    const card = page.getByRole('alert').filter({ hasText: 'Du er ikke alene med det.' });
    await expect(card.getByRole('link', { name: 'Find hjælp nu' })).toBeInViewport(LONG);
    await expect(bubble(other.page, 'jeg vil ikke leve mere')).toHaveCount(0);
  });
});

test('in a reply advice comes before sending, and what is sent all the same waits', async ({
  browser,
}) => {
  const [author, other] = await Promise.all([joins(browser), joins(browser)]);
  const path = await opensThread(other);
  const { page } = author;
  const text = `Ring til mig på ${PHONE} i aften`;
  await Promise.all([page.goto(path), other.page.goto(path)]);

  await test.step('the suggestion is taken with one tap', async () => {
    await replies(page, text);
    await expect(page.getByRole('alert').getByText(ADVICE)).toBeInViewport(LONG);
    await page.getByRole('button', { name: 'Brug forslaget' }).click();
    await expect(page.getByLabel('Skriv et svar')).toHaveValue(/telefonnummer fjernet/);
    await page.getByRole('button', { name: 'Send svar' }).click();
    await expect(item(other.page, '[telefonnummer fjernet]')).toHaveCount(1, LONG);
  });

  await test.step('sent as it is, it waits for a person, and its author sees that', async () => {
    await replies(page, text);
    await page.getByRole('button', { name: 'Send, som det er' }).click();
    await expect(item(page, PHONE)).toContainText('Kun du kan se det her lige nu.', LONG);
    await page.reload();
    await expect(item(page, PHONE)).toContainText('Kun du kan se det her lige nu.', LONG);
  });

  await test.step('a cry for help is answered at once', async () => {
    await replies(page, 'jeg vil ikke leve mere');
    const card = page.getByRole('alert').filter({ hasText: 'Du er ikke alene med det.' });
    await expect(card.getByRole('link', { name: 'Find hjælp nu' })).toBeInViewport(LONG);
    await expect(item(page, 'jeg vil ikke leve mere')).toContainText('Kun du kan se det', LONG);
  });

  await test.step('nobody else sees any of it', async () => {
    const after = `Godnat. ${freshName()}`;
    await replies(page, after);
    await expect(item(other.page, after)).toHaveCount(1, LONG);
    await other.page.reload();
    await expect(item(other.page, after)).toHaveCount(1, LONG);
    await expect(other.page.getByText(PHONE)).toHaveCount(0);
    await expect(other.page.getByText('jeg vil ikke leve mere')).toHaveCount(0);
  });
});

test('a post that is a cry for help is kept back, and its author is not told that it is out', async ({
  browser,
}) => {
  const { page } = await signsIn(browser, DEMO.trustedSupporter);
  await page.goto('/skriv/ny');
  await page.getByLabel('Overskrift').fill(`En tung aften ${freshName()}`);
  await page.getByLabel('Indlæg', { exact: true }).fill('jeg vil ikke leve mere');
  await page.getByRole('button', { name: 'Udgiv' }).click();
  const card = page.getByRole('alert').filter({ hasText: 'Du er ikke alene med det.' });
  await expect(card.getByRole('link', { name: 'Find hjælp nu' })).toBeInViewport(LONG);
  await expect(page.getByText('Dit indlæg er ude.')).toHaveCount(0);
});

test('a conversation that waits for a person offers its author no answer yet', async ({
  browser,
}) => {
  const author = await joins(browser);
  const { page } = author;
  const thread = await asks<{ id: string; state: string }>(
    author,
    'POST',
    'boards/hverdag/threads',
    { title: `Om i aften ${freshName()}`, body: `Ring på ${PHONE}`, confirmed: true },
  );
  expect(thread.state).toBe('hidden_pending');
  await page.goto(`/forum/t/${thread.id}`);
  await expect(page.getByText('Kun du kan se det her lige nu.')).toBeVisible(LONG);
  await expect(page.getByText('Samtalen er lukket for nye svar.')).toBeVisible();
  await expect(page.getByLabel('Skriv et svar')).toHaveCount(0);
});
