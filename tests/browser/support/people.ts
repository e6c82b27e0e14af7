// Callers are values: a person is a browser context of their own that is signed in.
import { readFileSync } from 'node:fs';
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';

/** The log-ins of the demo community (server/demo/accounts.json); all with one password. */
export const DEMO = {
  coordinator: 'Egetræ',
  moderator: 'Uglefjer',
  moderatorWithoutCertificate: 'Strandskade',
  trustedSupporter: 'Fyrretræ',
  newSupporter: 'Vadehav',
  participant: 'Havtorn',
  otherParticipant: 'Blåmejse',
} as const;

const words = new URL('../../../server/demo/words.json', import.meta.url);

/** The password of every account of the demo community. */
export const DEMO_PASSWORD = (JSON.parse(readFileSync(words, 'utf8')) as { password: string })
  .password;

/** A password that the rules accept and nobody uses elsewhere. */
export const PASSWORD = 'vindstille-morgen-41';

export interface Person {
  name: string;
  context: BrowserContext;
  page: Page;
  /** The account's id, as the API tells it. */
  id: string;
  /** What a new account gets once, to make a new password with. */
  recoveryCode?: string;
}

interface Account {
  account: { id: string; pseudonym: string };
  recovery_code?: string;
}

let made = 0;

/** A pseudonym that nobody has: letters only, since the rules look for phone numbers. */
export function freshName(): string {
  made += 1;
  const letters = [...`${process.pid}${Date.now()}${made}`].map((digit) =>
    String.fromCharCode(97 + Number(digit)),
  );
  return `Prøve${letters.slice(-14).join('')}`;
}

/** Signs somebody new up through the API; journeys about signing up use the page instead. */
export async function joins(browser: Browser, name = freshName()): Promise<Person> {
  return begin(browser, name, 'accounts', {
    pseudonym: name,
    password: PASSWORD,
    birth_year: new Date().getFullYear() - 19,
    accept_rules: true,
    accept_sensitive: true,
  });
}

/** Signs in an account that is there already; by itself one of the demo community. */
export async function signsIn(
  browser: Browser,
  name: string,
  password = DEMO_PASSWORD,
): Promise<Person> {
  return begin(browser, name, 'session', { pseudonym: name, password });
}

async function begin(
  browser: Browser,
  name: string,
  route: 'accounts' | 'session',
  data: Record<string, unknown>,
): Promise<Person> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const person: Person = { name, context, page, id: '' };
  const { account, recovery_code } = await asks<Account>(person, 'POST', route, data);
  return { ...person, id: account.id, ...(recovery_code ? { recoveryCode: recovery_code } : {}) };
}

/** Asks the API as a person does whose browser it is; what is refused fails the journey. */
export async function asks<T>(
  { context }: Person,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  data?: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<T> {
  // With an Origin the server sets the cookie of a browser; request and pages share one cookie jar.
  const { origin } = new URL(process.env.LIGESIND_E2E_URL ?? '');
  const answer = await context.request.fetch(`/api/v1/${path}`, {
    method,
    headers: { origin, ...headers },
    ...(data ? { data } : {}),
  });
  const body = await answer.text();
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${body}`).toBe(true);
  return (body ? JSON.parse(body) : undefined) as T;
}
