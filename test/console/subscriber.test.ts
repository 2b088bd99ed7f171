import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { overhang, violations } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { openWorld, signIn, type Visitor, type World } from './world.ts';

/* What a subscriber does on their page, in a browser against `npm start`. */

/** A page may take its time. */
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });

describeInBrowser('a subscriber', () => {
  let world: World;
  const visitors: Visitor[] = [];
  const visit = async (...args: Parameters<World['visit']>) => {
    const visitor = await world.visit(...args);
    visitors.push(visitor);
    return visitor;
  };
  beforeAll(async () => {
    world = await openWorld(['infra/rules/example.com.yaml']);
  });
  afterAll(() => world?.stop());
  afterEach(async () => {
    for (const { wrong, context } of visitors.splice(0)) {
      await context.close();
      expect(wrong).toEqual([]);
    }
  });

  const phoneOf = async (user: string): Promise<unknown> => {
    const token = await world.local.token({
      ...{ sub: 'test', 'divert:role': 'admin', 'divert:domains': ['example.com'] },
    });
    const url = `${world.local.url}/v1/domains/example.com/subscribers/${user}/phone`;
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
      /^Callers hear that you are busy until \d\d:\d\d\.$/,
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
    const versions = world.output.join('').match(/"operation":"patchPhoneSettings","status":200/g);
    expect(versions?.length).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['in English', { locale: 'en-GB' }],
    ['in German, dark, on a small screen', { locale: 'de-DE', dark: true, width: 360 }],
  ])('meets WCAG 2.2 AA as far as axe can tell, %s', async (_, how) => {
    const { page } = await visit('bob', { ...how, axe: true });
    await page.locator('.rules').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
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
});
