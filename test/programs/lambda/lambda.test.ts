import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENT, withTable } from '../faults/document.ts';
import { FATES, type FreezeRow, freezeTable, printFreeze } from './freeze.ts';
import { runtimeClient } from './runtime-client.ts';
import { LambdaWorld } from './world.ts';

const away = await runtimeClient().then(
  () => undefined,
  () => 'the runtime client of Lambda can’t be fetched from npm',
);

/** The short form of `npm run lambda`. */
describe.skipIf(away)(`as Lambda runs it${away ? `: ${away}` : ''}`, () => {
  let world: LambdaWorld;
  let rows: FreezeRow[];
  beforeAll(async () => {
    world = await LambdaWorld.start();
    // For a busy machine: a read that waits for a dead connection waits out any deadline.
    const env = { DIVERT_DEADLINE_MS: '2500' };
    // Longer than a connection is trusted, shorter than keys and policy are kept.
    rows = await freezeTable(world, { frozenMs: 2_000, env });
  }, 300_000);
  afterAll(() => world?.stop());

  test('all rows', () => {
    expect(rows).toHaveLength(FATES.length * 4);
  });

  test('docs/faults.md shows these results: `npm run lambda` writes it', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(withTable(document, printFreeze(rows), 'lambda')).toBe(document);
  });

  test.each(FATES)('connections %s: every call after a freeze is decided by the rules', (fate) => {
    for (const { calls } of rows.filter((row) => row.fate === fate)) {
      for (const { answer } of calls) {
        expect(answer).toMatchObject({ action: 'redirect', rule: 'busy-to-carol' });
        expect(answer).not.toHaveProperty('degraded');
      }
    }
  });
});
