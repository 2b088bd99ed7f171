import { expect, test } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { soon, useWorld } from './visits.ts';
import { signIn } from './world.ts';

/* What a subscriber does on their page, in a browser against `npm start`. */

describeInBrowser('a subscriber', () => {
  const visits = useWorld(['infra/rules/example.com.yaml']);
  const { visit } = visits;

  const phoneOf = async (user: string): Promise<unknown> => {
    const token = await visits.world.local.token({
      ...{ sub: 'test', 'divert:role': 'admin', 'divert:domains': ['example.com'] },
    });
    const url = `${visits.world.local.url}/v1/domains/example.com/subscribers/${user}/phone`;
    return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json();
  };

  test('forwards until tomorrow, stops, and goes on with the number that was kept', async () => {
    const { page } = await visit('alice');
    const headline = page.locator('.headline');
    await soon(() => headline.textContent()).toBe('Your phone rings.');
    const always = page.locator('.feature').first();
    await always.getByLabel('Forward to').fill('carol');
    await always.getByRole('button', { name: /^Until tomorrow/ }).click();
    await soon(() => headline.textContent()).toMatch(/^Calls to you go to carol until .*08:00\.$/);
    expect(await phoneOf('alice')).toMatchObject({ always: { to: 'carol', active: true } });

    await page.getByRole('button', { name: 'Stop forwarding' }).click();
    await soon(() => headline.textContent()).toBe('Your phone rings.');
    expect(await phoneOf('alice')).toEqual({ always: { to: 'carol', active: false } });

    // The number is still there: one tap.
    await page.locator('.feature').first().getByRole('button', { name: 'Until I stop it' }).click();
    await soon(() => headline.textContent()).toBe('Calls to you go to carol.');
  });

  test('is not disturbed', async () => {
    const { page } = await visit('carol');
    const dnd = page.getByRole('group', { name: 'Do not disturb' });
    await dnd.getByRole('button', { name: 'For an hour' }).click();
    await soon(() => page.locator('.headline').textContent()).toMatch(
      // Late in the evening that is tomorrow: `Sun 29 Nov, 00:09`.
      /^Callers hear that you are busy until (?:\w+ \d+ \w+, )?\d\d:\d\d\.$/,
    );
    await page.getByRole('button', { name: 'May be disturbed again' }).click();
    await soon(() => page.locator('.headline').textContent()).toBe('Your phone rings.');
  });

  test('is told in words why a number is not taken, and nothing is changed', async () => {
    const { page } = await visit('voicemail');
    const always = page.locator('.feature').first();
    await always.getByRole('button', { name: 'Until I stop it' }).click();
    await soon(() => always.getByRole('alert').textContent()).toContain('Type a name');
    await always.getByLabel('Forward to').fill('+4990012345');
    await always.getByRole('button', { name: 'Until I stop it' }).click();
    await soon(() => page.locator('.failure').textContent()).toContain('not accepted');
    expect(await phoneOf('voicemail')).toEqual({});
  });

  test('sees that somebody else was faster, and decides again', async () => {
    const { page } = await visit('bob');
    const other = await visit('bob');
    await page.locator('.feature').first().getByLabel('Forward to').fill('carol');
    const theirs = other.page.locator('.feature').first();
    await theirs.getByLabel('Forward to').fill('alice');
    await theirs.getByRole('button', { name: 'Until I stop it' }).click();
    await soon(() => other.page.locator('.headline').textContent()).toContain('alice');
    await page.locator('.feature').first().getByRole('button', { name: 'For an hour' }).click();
    await soon(() => page.locator('.failure').textContent()).toContain('Somebody else');
    await soon(() => page.locator('.feature.on').first().textContent()).toContain('alice');
    expect(await phoneOf('bob')).toEqual({ always: { to: 'alice', active: true } });
  });

  test('whose answer was lost sends it again, and it is done once', async () => {
    const { page, context } = await visit('voicemail');
    let lost = 0;
    await context.route('**/phone', async (route) => {
      if (route.request().method() !== 'PATCH' || lost++ > 0) return route.continue();
      await route.fetch();
      await route.abort();
    });
    const always = page.locator('.feature').first();
    await always.getByLabel('Forward to').fill('carol');
    await always.getByRole('button', { name: 'Until I stop it' }).click();
    await page.locator('.failure').getByRole('button', { name: 'Try again' }).click();
    await soon(() => page.locator('.headline').textContent()).toContain('carol');
    const versions = visits.world.output
      .join('')
      .match(/"operation":"patchPhoneSettings","status":200/g);
    expect(versions?.length).toBeGreaterThanOrEqual(2);
  });

  test('whose token has ended is told so, keeps what is there, and comes back to it', async () => {
    const { page, context } = await visit('alice');
    const headline = await page.locator('.headline').textContent();
    // As API Gateway answers then.
    await context.route('**/v1/**', (route) =>
      route.fulfill({ status: 401, json: { message: 'Unauthorized' } }),
    );
    const dnd = page.getByRole('group', { name: 'Do not disturb' });
    await dnd.getByRole('button', { name: 'For an hour' }).click();
    await page.getByText('Your sign-in has ended. What you see').waitFor();
    expect(await page.locator('.headline').textContent()).toBe(headline);
    await context.unroute('**/v1/**');
    await signIn(page, 'alice');
    await soon(() => page.locator('.headline').textContent()).toBe(headline);
  });

  test('who signs out is asked who they are before anybody comes in again', async () => {
    const { page } = await visit('alice');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    // The provider still knows the browser, and says nothing of that.
    await page.getByRole('button', { name: 'carol', exact: true }).click();
    await soon(() => page.locator('.who').textContent()).toBe('carol@example.com');
  });
});
