import { expect, test } from 'vitest';
import { printDrill } from './print.ts';
import { tableLost } from './table-lost.ts';

/** The short form of `npm run drill`; a region that is lost: test/edge/urls.test.ts. */
test('the table is lost, restored under another name, and every user is back', async () => {
  const steps: string[] = [];
  const drill = await tableLost((step) => steps.push(step));
  expect(steps).toHaveLength(4);
  expect(printDrill(drill)).toBe(`| in the table | before | back |
| --- | --- | --- |
| rules and phone settings, as calls read them | 7 | 7 |
| policy, as calls read it | 1 | 1 |
| peers' keys, as calls read them | 2 | 2 |
| switches | 1 | 1 |
| keys of the loop token | 1 | 1 |
| the key by which calls are searched | 1 | 1 |
| what people wrote: rules, phone settings, policy | 6 | 6 |
| what people wrote: peers | 2 | 2 |
| the directory, for lists | 7 | 7 |
| history | 13 | 13 |
| copies of calendars | 1 | 1 |

| call | before | while it is lost | restored |
| --- | --- | --- | --- |
| bob is busy: their phone setting | redirect to carol | *redirect to carol* | redirect to carol |
| bob by their number | redirect to carol | *redirect to carol* | redirect to carol |
| dave, by a switch that is on | redirect to carol | *redirect to carol* | redirect to carol |
| erin, who has no rule | continue | *continue* | continue |`);
  expect(drill.printed).toContain('+ peer carrier');
  expect(drill.printed).toContain('~ switch night of example.com: on');
  expect(drill.printed).toContain('subscribers: 4 to add');
}, 180_000);
