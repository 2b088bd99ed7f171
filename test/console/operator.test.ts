import { expect, test } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { useTenants } from './tenants.ts';
import { soon } from './visits.ts';

/* What an operator alone does: undo what belongs to code; and what they share with the help desk. */

describeInBrowser('an operator', () => {
  const visits = useTenants();
  const console = (place: string): string => `${visits.world.local.console}${place}`;

  test('turns a switch, and every call goes where it says', async () => {
    const { page } = await visits.visit('operator');
    await page.goto(console('#/example.com/policy'));
    const storm = page.getByRole('switch', { name: /^storm/ });
    await soon(() => storm.textContent()).toBe('storm: off');
    await storm.click();
    await soon(() => storm.getAttribute('aria-checked')).toBe('true');
    await page.goto(console('#/example.com/people/bob'));
    await soon(() => page.locator('.headline').textContent()).toBe('Calls go to carol.');
    await page.getByText('By the rule storm-to-carol.').waitFor();
    await page.goto(console('#/example.com/policy'));
    await storm.click();
    await soon(() => storm.getAttribute('aria-checked')).toBe('false');
  });

  test('whose answer about a switch is lost sees how it stands, and sets it once', async () => {
    const { page, context } = await visits.visit('help desk');
    let sent = 0;
    await context.route('**/switches/storm', async (route) => {
      sent++;
      await route.fetch();
      await route.abort();
    });
    await page.goto(console('#/example.com/policy'));
    const storm = page.getByRole('switch', { name: /^storm/ });
    await storm.click();
    await soon(() => page.locator('.failure').textContent()).toContain('could not be reached');
    await soon(() => storm.textContent()).toBe('storm: on');
    expect(sent).toBe(1);
    await context.unroute('**/switches/storm');
    await storm.click();
    await soon(() => storm.textContent()).toBe('storm: off');
    expect(await page.locator('.failure').count()).toBe(0);
  });

  test('undoes a change of rules by force, which is shown as drift', async () => {
    const { local } = visits.world;
    const token = await local.token({
      ...{ sub: 'somebody', 'divert:role': 'admin', 'divert:domains': ['example.com'] },
    });
    const changed = await fetch(`${local.url}/v1/domains/example.com/subscribers/bob?force=true`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/merge-patch+json',
        'if-match': '*',
      },
      body: JSON.stringify({ rules: [{ name: 'pier', when: 'busy', forward: 'carol' }] }),
    });
    expect([changed.status, changed.ok ? '' : await changed.text()]).toEqual([200, '']);
    const { page } = await visits.visit('operator');
    await page.goto(console('#/example.com/people/bob'));
    const newest = page.locator('.history > li').first();
    await soon(() => newest.textContent()).toContain('by force');
    expect(await newest.locator('del').allTextContents()).toContain('+4930765432');
    expect(await newest.locator('ins').allTextContents()).toContain('carol');
    await newest.getByRole('button', { name: /^Back to version/ }).click();
    await soon(() => newest.locator('ins').allTextContents()).toContain('+4930765432');
    await soon(() => newest.textContent()).toContain('the next plan shows it as drift');
    await soon(() => page.locator('.rules').first().textContent()).toContain('+4930765432');
  });
});
