import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { switchDialled, turnSwitch } from '../../functions/feature/switch-code.ts';
import { getSwitches } from '../../functions/store/switches.ts';
import { AUTHOR, policy, startTable } from '../store/fixtures.ts';

const switches = {
  night: { on: '*28', off: '*29', by: ['alice'] },
  feast: { on: '#5#' },
  bare: {},
};

describe('a code of a switch', () => {
  test.each([
    ['*28', { name: 'night', on: true, by: ['alice'] }],
    ['*29#', { name: 'night', on: false, by: ['alice'] }],
    ['#5#', { name: 'feast', on: true, by: [] }],
    ['*281', undefined],
    ['*2', undefined],
    ['', undefined],
  ])('%s', (dialled, found) => {
    expect(switchDialled(dialled, { switches })).toEqual(found);
    expect(switchDialled(dialled, {})).toBeUndefined();
  });
});

describe('turning it', () => {
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.database.stop());

  test('is for those who are named, and nobody else', async () => {
    const rules = { ...policy('example.com'), version: 1 };
    const night = { name: 'night', on: true, by: ['alice'] };
    const refused = await turnSwitch(table, rules, night, 'bob', AUTHOR);
    expect([refused.status, await getSwitches(table, 'example.com')]).toEqual([403, undefined]);
    expect(await turnSwitch(table, rules, night, 'alice', AUTHOR)).toMatchObject({
      status: 480,
      reason: 'night is on',
    });
    expect((await getSwitches(table, 'example.com'))?.on).toEqual(['night']);
    await turnSwitch(table, rules, { ...night, on: false }, 'alice', AUTHOR);
    expect((await getSwitches(table, 'example.com'))?.on).toEqual([]);
  });
});
