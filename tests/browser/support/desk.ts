// What moderators do at the desk: by the page where the journey is about it, else by the API.
import { expect, type Page } from '@playwright/test';
import { LONG } from './chat.ts';
import { asks, type Person } from './people.ts';

interface CaseRow {
  id: string;
  version: number;
  target: { id: string };
}

/** The case about a text, as the queue of this moderator lists it. */
export async function caseAbout(by: Person, target: string, filter: string): Promise<CaseRow> {
  const { items } = await asks<{ items: CaseRow[] }>(by, 'GET', `cases?limit=100&${filter}`);
  const row = items.find((one) => one.target.id === target);
  expect(row, `a case about ${target} among ${filter}`).toBeTruthy();
  return row as CaseRow;
}

/** Opens a case from the queue and takes it. */
export async function takesCase(page: Page, id: string, filter: string): Promise<void> {
  await page.goto(`/moderering?${filter}`);
  await page.locator(`[data-case="${id}"]`).click();
  await page.getByRole('button', { name: 'Tag sagen' }).click();
  await expect(page.getByRole('button', { name: 'Giv sagen tilbage' })).toBeVisible(LONG);
}

/** Reads the text of a case, for a reason that is written down. */
export async function readsText(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'For at afgøre sagen' }).click();
  await page.getByRole('button', { name: 'Vis teksten' }).click();
  const veil = page.getByRole('button', { name: 'Gør teksten tydelig' });
  const text = page.getByRole('blockquote');
  await expect(veil.or(text).first()).toBeVisible(LONG);
  if (await veil.isVisible()) await veil.click();
}

/** Writes the reason, presses the button and waits until the case is decided. */
export async function decides(page: Page, statement: string, button: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Begrundelse' }).fill(statement);
  await page.getByRole('button', { name: button }).click();
  await expect(page.getByRole('link', { name: 'Til køen' })).toBeVisible(LONG);
}

/** Claims and decides a case without the page. */
export async function decidesByApi(
  by: Person,
  id: string,
  decision: Record<string, unknown>,
): Promise<void> {
  const { version } = await asks<CaseRow>(by, 'POST', `cases/${id}/claim`, {});
  await asks(by, 'POST', `cases/${id}/decisions`, decision, { 'If-Match': `"${version}"` });
}
