import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser } from './browser.ts';
import { useTenants } from './tenants.ts';
import { soon } from './visits.ts';

/* The main flows without a pointer (WCAG 2.2, 2.1.1): Tab to what is meant, and a key on it. */

/** More stops than any page has. */
const MOST_STOPS = 120;
/** What has the focus, as somebody hears it: its group, and its name or the label of a field. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return '';
  const label = one.labels?.[0]?.textContent ?? one.getAttribute('aria-label') ?? one.textContent;
  const group = one.closest('fieldset')?.querySelector('legend')?.textContent;
  return [group, label.trim().replace(/\\s+/g, ' ')].filter(Boolean).join(': ');
})()`;

/** Goes on with Tab until what is named so has the focus, which can then be seen (2.4.7). */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press('Tab');
    const focused = String(await page.evaluate(FOCUSED));
    if (name.test(focused)) {
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).not.toBe('none');
      return;
    }
    passed.push(focused);
  }
  throw new Error(`Tab does not come to ${name}, but to ${passed.join(' | ')}`);
}

const headline = (page: Page) => soon(() => page.locator('.headline').textContent());

describeInBrowser('by keyboard alone', () => {
  const visits = useTenants();

  test('a subscriber forwards, stops, and is not disturbed', async () => {
    const { page } = await visits.visit('namesake');
    await headline(page).toBe('Your phone rings.');
    await tabTo(page, /^Every call: Forward to/);
    await page.keyboard.type('erin');
    await tabTo(page, /^Every call: Until I stop it/);
    await page.keyboard.press('Enter');
    await headline(page).toBe('Calls to you go to erin.');
    await tabTo(page, /^Every call: Stop forwarding/);
    await page.keyboard.press('Space');
    await headline(page).toBe('Your phone rings.');
    // What was pressed is gone: the focus is at the head of it, and not lost (2.4.3).
    await soon(() => page.evaluate(FOCUSED)).toBe('Forwarding');
    await tabTo(page, /^Do not disturb: For an hour/);
    await page.keyboard.press('Enter');
    // As if the phone were busy, for which there is a rule.
    await headline(page).toMatch(/^Calls to you go to erin until/);
    await tabTo(page, /^Do not disturb: May be disturbed again/);
    await page.keyboard.press('Enter');
    await headline(page).toBe('Your phone rings.');
  });

  test('a help desk finds somebody, asks why and what if, and turns a switch', async () => {
    const { page } = await visits.visit('help desk');
    await page.locator('.people li').first().waitFor();
    await tabTo(page, /^Part of a name or number/);
    await page.keyboard.type('0123');
    await soon(() => page.locator('.people li').count()).toBe(1);
    await tabTo(page, /^bob$/);
    await page.keyboard.press('Enter');
    await headline(page).toBe('Calls ring at bob.');
    await tabTo(page, /^Why does a call/);
    await page.keyboard.press('Enter');
    await page.locator('.ladder').waitFor();
    await tabTo(page, /^And if/);
    // A closed list takes the letters that its entries begin with.
    await page.keyboard.type('their');
    await soon(() => page.locator('h2').first().textContent()).toBe('bob: to carol, by quay');
    await tabTo(page, /^As a list/);
    await page.keyboard.press('Enter');
    await page.getByText('edge to caller: 302 Moved Temporarily').waitFor();

    // From the top, past what is on every page and back to it.
    await page.keyboard.press('Home');
    await tabTo(page, /^Rules of the domain/);
    await page.keyboard.press('Enter');
    await page.getByRole('switch').waitFor();
    await tabTo(page, /^storm: off/);
    await page.keyboard.press('Space');
    await soon(() => page.getByRole('switch').textContent()).toBe('storm: on');
    await tabTo(page, /^storm: on/);
    await page.keyboard.press('Space');
    await soon(() => page.getByRole('switch').textContent()).toBe('storm: off');
  });
});
