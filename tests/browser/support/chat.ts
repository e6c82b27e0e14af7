// What people do in a chat room, by the words on the page.
import { expect, type Locator, type Page } from '@playwright/test';

/** What waits for another person, or for the live line, may take this long on a busy machine. */
export const LONG = { timeout: 15_000 };

/** Goes into the room that is always open, past the ground rules where they are not answered yet. */
export async function entersRoom(page: Page): Promise<void> {
  await page.goto('/chat');
  await page.getByRole('link', { name: 'Lyset er tændt' }).click();
  const enter = page.getByRole('button', { name: 'Det er i orden. Gå ind' });
  const log = page.getByRole('log');
  await expect(enter.or(log)).toBeVisible(LONG);
  if (await enter.isVisible()) await enter.click();
  await expect(log).toBeVisible(LONG);
}

/** Writes a message and presses the button. */
export async function says(page: Page, text: string): Promise<void> {
  await page.getByLabel('Skriv en besked').fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** The messages of the room that hold this text, whoever said it. */
export const bubble = (page: Page, text: string): Locator =>
  page.getByRole('log').getByRole('article').filter({ hasText: text });
