import { readFileSync } from 'node:fs';
import { FluentResource } from '@fluent/bundle';
import { expect, test } from 'vitest';
import { overhang, violations } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { useTenants } from './tenants.ts';
import { soon } from './visits.ts';

/* Every page, in both languages, light and dark, wide and on a small screen. */

/** Who looks, where, and what is there last. */
const PAGES = [
  ['bob', '#/', '.rules'],
  ['bob', '#/call?outcome=busy&at=2026-11-27T10:00:00Z', '.considered'],
  ['operator of both', '#/', 'main li'],
  ['operator', '#/example.com', '.people li'],
  ['operator', '#/example.com/people/bob', '.history li'],
  ['operator', '#/example.com/people/bob/call?outcome=busy&at=2026-11-27T10:00:00Z', '.ladder'],
  ['operator', '#/example.com/calls', 'main input[type="datetime-local"]'],
  ['operator', '#/example.com/policy', '[role="switch"]'],
  ['help desk', '#/example.net/policy', '.failure'],
  ['help desk', '#/example.com/people/nobody', '.failure'],
] as const;
const LOOKS = [
  ['in English, light', { locale: 'en-GB' }],
  ['in German, dark, on a small screen', { locale: 'de-DE', dark: true, width: 360 }],
] as const;

/** Texts without anything put into them, by their names. */
function texts(language: string): Map<string, string> {
  const file = new URL(`../../functions/console/web/words/${language}.ftl`, import.meta.url);
  return new Map(
    new FluentResource(readFileSync(file, 'utf8')).body.flatMap(({ id, value }) =>
      typeof value === 'string' ? [[id, value]] : [],
    ),
  );
}
const ENGLISH = texts('en');
const GERMAN = texts('de');
/** Sentences that nobody could take for the name of something. */
const SENTENCES = [...ENGLISH].filter(
  ([id, text]) => text.split(' ').length > 2 && GERMAN.get(id) !== text,
);

describeInBrowser('pages', () => {
  const visits = useTenants();

  test.each(LOOKS)(
    '%s: no obstacles, nothing untranslated, nothing over the edge',
    async (_, how) => {
      const found: unknown[] = [];
      let page: Awaited<ReturnType<typeof visits.visit>>['page'] | undefined;
      let last: string | undefined;
      for (const [who, where, there] of PAGES) {
        if (page === undefined || who !== last)
          ({ page } = await visits.visit(who, { ...how, axe: true }));
        last = who;
        await page.goto(`${visits.world.local.console}${where}`);
        await page.locator(there).first().waitFor({ state: 'attached' });
        await soon(() => page?.locator('.waiting').count()).toBe(0);
        const text = (await page.textContent('main')) ?? '';
        const broken = {
          violations: await violations(page),
          over: (await overhang(page)) > 0,
          names: [...ENGLISH.keys()].filter((id) => id.includes('-') && text.includes(id)),
          english: how.locale === 'de-DE' ? SENTENCES.filter(([, one]) => text.includes(one)) : [],
        };
        const none = { violations: [], over: false, names: [], english: [] };
        if (JSON.stringify(broken) !== JSON.stringify(none)) found.push([where, broken]);
      }
      expect(found).toEqual([]);
    },
  );
});
