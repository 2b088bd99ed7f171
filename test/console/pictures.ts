/**
 * `node test/console/pictures.ts`: takes the pictures of docs/console.md anew, in docs/pictures.
 */
import { mkdirSync } from 'node:fs';
import { openWorld } from './world.ts';

const FOLDER = 'docs/pictures';
/** Page, language and size of each, and what has to be there first. */
const PICTURES = [
  ['subscriber', 'bob', '', '.headline', {}],
  [
    'call',
    'Help desk of example.com',
    '#/example.com/people/bob/call?from=alice&outcome=busy&at=2026-11-27T17:30:00Z',
    '.ladder',
    {},
  ],
  ['telefon', 'alice', '', '.headline', { locale: 'de-DE', dark: true, width: 360 }],
] as const;

mkdirSync(FOLDER, { recursive: true });
const world = await openWorld(['infra/rules/example.com.yaml']);
try {
  for (const [name, person, where, there, how] of PICTURES) {
    const { page, context } = await world.visit(person, how);
    if (where !== '') await page.goto(`${world.local.console}${where}`);
    await page.locator(there).first().waitFor();
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
    await context.close();
  }
} finally {
  await world.stop();
}
