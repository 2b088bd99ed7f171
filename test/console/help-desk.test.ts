import { expect, test } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { soon, useWorld } from './visits.ts';

/* What a help desk and an operator do, in a browser against `npm start`. */

const DESK = 'Help desk of example.com';

describeInBrowser('a help desk', () => {
  const visits = useWorld(['infra/rules/example.com.yaml']);
  const { visit } = visits;

  test('finds somebody by a part of their number, and sees why a call goes where', async () => {
    const { page } = await visit(DESK);
    await page.getByLabel('Part of a name or number').fill('0123456');
    await soon(() => page.locator('.people li').count()).toBe(1);
    await page.getByRole('link', { name: 'bob', exact: true }).click();
    await soon(() => page.locator('.headline').textContent()).toBe('Calls ring at bob.');
    await page.getByRole('link', { name: /^Why does a call/ }).click();
    await page.getByLabel('And if').selectOption('busy');
    await soon(() => page.locator('h2').first().textContent()).toBe(
      'bob: to carol or +4930765432, by busy-to-carol',
    );
    await page.getByText('As a list').click();
    expect(await page.locator('.ladder li').allTextContents()).toContain(
      'edge to caller: 302 Moved Temporarily',
    );
  });

  test('sees in local time which condition did not hold, and moves the time', async () => {
    const { page } = await visit(DESK);
    await page.goto(
      `${visits.world.local.console}#/example.com/people/bob/call?at=2026-11-28T17:30:00Z&outcome=no-answer`,
    );
    const rule = page.locator('.considered > li', { hasText: 'no-answer-office' });
    await soon(() => rule.textContent()).toMatch(
      /the call was Sat,? 28 Nov,? 17:30 \(Europe\/London\), which is not: office/,
    );
    await page.getByLabel('When (Europe/London)').fill('2026-11-27T10:00');
    await page.getByLabel('When (Europe/London)').blur();
    await soon(() => page.locator('h2').first().textContent()).toContain('by no-answer-office');
    // With the keyboard alone.
    await page.getByRole('slider').focus();
    await page.keyboard.press('End');
    await soon(() => page.locator('h2').first().textContent()).not.toContain('no-answer-office');
    expect(page.url()).toContain('at=2026-11-27T23%3A55');
  });

  test('forwards for somebody, sees them among the forwarded, and undoes it', async () => {
    const { page } = await visit(DESK);
    await page.goto(`${visits.world.local.console}#/example.com/people/alice`);
    const always = page.locator('.feature').first();
    await always.getByLabel('Forward to').fill('carol');
    await always.getByRole('button', { name: 'Until I stop it' }).click();
    await soon(() => page.locator('.headline').textContent()).toBe('Calls go to carol.');
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByLabel('Only who is forwarded now').check();
    await soon(() => page.locator('.people li').allTextContents()).toEqual([
      expect.stringMatching(/^alice.*to carol$/),
    ]);
    await page.getByRole('link', { name: 'alice', exact: true }).click();
    await soon(() => page.locator('.history li').first().textContent()).toContain('phone');
    await page
      .getByRole('button', { name: /^Forwarding back to version/ })
      .first()
      .click();
    await soon(() => page.locator('.headline').textContent()).toBe('Calls ring at alice.');
  });

  test('reads the rules of the domain as sentences', async () => {
    const { page } = await visit(DESK);
    await page.getByRole('link', { name: 'Rules of the domain' }).click();
    await page
      .getByText(/Calls may be forwarded to @example\.com, \+49,? and ext:1xxx\./)
      .waitFor();
    await page.getByText('As YAML').click();
    expect(await page.locator('pre').textContent()).toContain('timezone: Europe/Berlin\n');
  });

  test('is refused in words what is not theirs', async () => {
    const { page } = await visit(DESK);
    await page.goto(`${visits.world.local.console}#/example.net`);
    await soon(() => page.locator('.failure').textContent()).toContain('You may not');
    await page.goto(`${visits.world.local.console}#/example.com/people/nobody`);
    await soon(() => page.locator('.failure').first().textContent()).toContain('nothing here');
  });

  test('waits for a slow answer, and asks again for one that did not come', async () => {
    const { page, context } = await visit(DESK);
    await page.getByRole('link', { name: 'bob', exact: true }).waitFor();
    let asked = 0;
    await context.route('**/subscribers/bob', (route) =>
      asked++ === 0 ? route.abort() : route.continue(),
    );
    await page.getByRole('link', { name: 'bob', exact: true }).click();
    await page.locator('.failure').getByRole('button', { name: 'Try again' }).first().click();
    await page.getByText('busy-to-carol').first().waitFor();
  });
});
