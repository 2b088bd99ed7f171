import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { instantOf, wallAt } from '../../functions/console/web/zone.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { searchHash, searchKeyObject } from '../../functions/store/search-hash.ts';
import { violations } from './accessible.ts';
import { describeInBrowser } from './browser.ts';
import { soon, useWorld } from './visits.ts';

/** "Bob says yesterday's call at 17:30 went to the wrong place." */

const ZONE = 'Europe/London';

describeInBrowser('a call of yesterday', () => {
  // Hooks after the tests run from the last to the first: the folder goes when nothing writes to it.
  afterAll(() => rmSync(data, { recursive: true }));
  const data = mkdtempSync(join(tmpdir(), 'divert-console-'));
  const log = join(data, 'log.jsonl');
  const yesterday = wallAt(Date.now() - 86_400_000, ZONE).date;
  const visits = useWorld(['infra/rules/example.com.yaml'], { data });
  beforeAll(async () => {
    const { world } = visits;
    const call = () =>
      fetch(`${world.local.url}/v1/route`, {
        method: 'POST',
        headers: { authorization: 'Bearer local-key', 'content-type': 'application/json' },
        body: JSON.stringify({
          callId: 'of-yesterday',
          requestUri: 'sip:1002@example.com',
          from: '<sip:alice@example.com>;tag=1',
          to: '<sip:1002@example.com>',
          outcome: { status: 486 },
        }),
      });
    const line = (): string =>
      readFileSync(log, 'utf8')
        .split('\n')
        .find((one) => one.includes('"callId":"of-yesterday"')) ?? '';
    await call();
    await vi.waitFor(() => expect(line()).not.toBe(''), { timeout: 20_000 });
    // The same call, as it would stand in the log had it come a day before.
    const said = JSON.parse(line());
    // An instance's first line may come before it has read the key that it makes hashes with.
    const { client, name } = world.local.table;
    const key = await sdkReader(client, name).searchKey?.();
    expect(key).toBeDefined();
    said.calledHash = searchHash(searchKeyObject(key as NonNullable<typeof key>), 'bob');
    said._aws.Timestamp = instantOf({ date: yesterday, minutes: 17 * 60 + 30 }, ZONE);
    appendFileSync(log, `${JSON.stringify(said)}\n`);
  });

  test('is explained five clicks after the first page', async () => {
    const { page } = await visits.visit(
      'Help desk of example.com', // 1: sign in, 2: who they are
      { axe: true },
    );
    await page.getByRole('link', { name: 'bob', exact: true }).click(); // 3
    const around = page.getByLabel(`Half an hour before and after (${ZONE})`);
    await around.fill(`${yesterday}T17:30`);
    await around.blur();
    const call = page.getByRole('link', { name: /17:30: alice@example\.com → bob.* 486 → carol/ });
    await call.click(); // 4
    await soon(() => page.locator('h2').first().textContent()).toBe(
      '1002: to carol or +4930765432, by busy-to-carol',
    );
    expect(await page.locator('.considered > li').allTextContents()).toEqual([
      expect.stringContaining('the caller is not: family'),
      expect.stringContaining('busy-to-carol'),
      ...(await page.locator('.considered > li').allTextContents()).slice(2),
    ]);
    await page.getByText('As a list').click(); // 5
    await page.getByText('edge to alice: 302 Moved Temporarily').waitFor();
    expect(await violations(page)).toEqual([]);

    // And if they had not answered?
    await page.getByLabel('And if').selectOption('no-answer');
    await soon(() => page.locator('h2').first().textContent()).toContain('voicemail');
  });

  test('is among the calls of its hour, and a subscriber sees their own only', async () => {
    const desk = await visits.visit('Operator of example.com');
    await desk.page.goto(`${visits.world.local.console}#/example.com/calls`);
    await desk.page.getByLabel('Half an hour before and after (Europe/Berlin)').waitFor();
    await soon(() => desk.page.locator('.people a').count()).toBeGreaterThan(0);

    const { page } = await visits.visit('carol');
    await page.getByText('No calls were found.').waitFor();
    // Of nobody else, wherever they go.
    for (const where of ['', '/people/bob', '/people/bob/call', '/policy', '/calls']) {
      await page.goto(`${visits.world.local.console}#/example.com${where}`);
      await page.getByRole('heading', { name: 'Your calls' }).waitFor();
      expect(await page.locator('main').textContent()).not.toMatch(/bob|\+49/);
    }
  });
});
