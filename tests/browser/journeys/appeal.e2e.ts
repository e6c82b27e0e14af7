// An author does not agree: somebody else looks again, and everything is as it was before.
import { expect, test } from '@playwright/test';
import { LONG } from '../support/chat.ts';
import { caseAbout, decides, decidesByApi, readsText, takesCase } from '../support/desk.ts';
import { asks, DEMO, freshName, joins, signsIn } from '../support/people.ts';

test.setTimeout(120_000);

test('an appeal is decided by somebody else, and the text is back on an open page', async ({
  browser,
  page: visitor,
}) => {
  const [author, reporter, first, second] = await Promise.all([
    joins(browser),
    joins(browser),
    signsIn(browser, DEMO.moderator),
    signsIn(browser, DEMO.moderatorWithoutCertificate),
  ]);
  const text = `Jeg synes, at du skal sige det, som det er. ${freshName()}`;
  const why = 'Det lød hårdere, end du nok mente det.';
  const plea = 'Jeg var helt enig med hende, og hun takkede mig bagefter.';
  const answer = 'Du har ret. Det var venligt ment, og det kan godt stå der.';
  const onPage = visitor.getByRole('article').getByText(text, { exact: true });

  const reply = await test.step('a reply stands on a page that somebody has open', async () => {
    const thread = await asks<{ id: string }>(author, 'POST', 'boards/hverdag/threads', {
      title: `Om at sige det højt ${freshName()}`,
      body: 'Hvordan gør I?',
    });
    const made = await asks<{ id: string }>(author, 'POST', `threads/${thread.id}/replies`, {
      body: text,
    });
    await visitor.goto(`/forum/t/${thread.id}`);
    await expect(onPage).toHaveCount(1, LONG);
    return made.id;
  });

  await test.step('a moderator hides it, and it leaves the page', async () => {
    const target = { kind: 'reply', id: reply };
    await asks(reporter, 'POST', 'reports', { target, reason: 'harassment' });
    const { id } = await caseAbout(first, reply, 'category=harassment');
    await decidesByApi(first, id, { action: 'hide', rule: 'kindness', statement: why });
    await expect(onPage).toHaveCount(0, LONG);
  });

  const decisions = author.page.getByRole('region', { name: 'Afgørelser om dig og dine tekster' });
  await test.step('the author reads why, and does not agree', async () => {
    const { page } = author;
    await page.goto('/mig');
    await expect(decisions.getByText(why)).toBeVisible(LONG);
    await decisions.getByRole('button', { name: 'Er du ikke enig?' }).click();
    await decisions.getByLabel('Det, du vil sige').fill(plea);
    await decisions.getByRole('button', { name: 'Send klagen' }).click();
    await expect(decisions.getByText('En anden end før ser på den.')).toBeVisible(LONG);
  });

  await test.step('somebody else reads both and changes the decision', async () => {
    const { page } = second;
    const { id } = await caseAbout(second, reply, 'source=appeal');
    await takesCase(page, id, 'source=appeal');
    await readsText(page);
    await expect(page.getByRole('blockquote')).toHaveText(text, LONG);
    await expect(page.getByText(plea)).toBeVisible();
    await page.getByRole('radio', { name: 'Afgørelsen laves om' }).check();
    await page.getByLabel('Hvilken aftale handler det om?').selectOption('kindness');
    await decides(page, answer, 'Lav afgørelsen om');
  });

  await test.step('the text is back on the open page, and the author is told', async () => {
    await expect(onPage).toHaveCount(1, LONG);
    const { page } = author;
    const news = page.getByRole('region', { name: 'Nyt til dig' });
    await expect(news.getByText('Du fik ret')).toBeVisible(LONG);
    await page.reload();
    await expect(decisions.getByText('Afgørelsen er ændret efter din klage.')).toBeVisible(LONG);
    await expect(decisions.getByText(answer)).toBeVisible();
  });
});
