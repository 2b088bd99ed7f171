import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog, type DecisionLine } from '../../functions/answer/log.ts';
import { listHistory } from '../../functions/store/history.ts';
import { subscriberHistory } from '../../functions/store/keys.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { searchKeyObject } from '../../functions/store/search-hash.ts';
import { openLogFile } from '../../infra/local/log-file.ts';
import { serveLogs } from '../../infra/local/logs-api.ts';
import { startWorld, type World } from './world.ts';

/** What a help desk asks when somebody says that a call went to the wrong place. */

let world: World;
let logs: Awaited<ReturnType<typeof serveLogs>>;
const log = openLogFile(undefined);
beforeAll(async () => {
  world = await startWorld();
  logs = await serveLogs(log);
  const running = join(world.folder, 'running.json');
  const said = JSON.parse(await readFile(running, 'utf8'));
  await writeFile(running, JSON.stringify({ ...said, logs: logs.endpoint }));
  const rules = await world.file(
    'rules.yaml',
    `domain: x.example
timezone: Europe/Berlin
subscribers:
  bob: { aliases: ["1002"], rules: [{ name: busy-to-ann, when: busy, forward: ann }] }
  ann: {}
`,
  );
  await world.divert('apply', rules, '--yes');
  const peers = await world.file(
    'peers.yaml',
    'peers:\n  - { name: edge, domains: [x.example] }\n',
  );
  await world.divert('peers', 'apply', peers, '--yes');
});
afterAll(async () => {
  logs.stop();
  await world.stop();
});

async function logged(line: Partial<DecisionLine>, at: number): Promise<void> {
  const key = await sdkReader(world.table.client, world.table.name).searchKey?.();
  const write = createLog('local', false, (text) =>
    log.append(text.trim().replace(/"Timestamp":\d+/, `"Timestamp":${at}`)),
  );
  write({
    ...{ event: 'decision', decisionId: `d${at}`, callId: `c${at}`, peer: 'edge' },
    ...{ domain: 'x.example', caller: 'kim@x.example', called: 'bob', dialled: '1002' },
    ...{ outcome: 486, action: 'redirect', status: 302, targets: ['ann@x.example'] },
    ...{ rule: 'busy-to-ann', layer: 'subscriber', trigger: 'busy' },
    ...{ rules: 'read', rulesVersion: 1, policyVersion: 1 },
    ...{ badToken: false, durationMs: 1, storeMs: 1 },
    ...(key && { searchKey: searchKeyObject(key) }),
    ...line,
  });
}

describe('divert calls', () => {
  test('finds the call of yesterday and explains it, in one command', async () => {
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    yesterday.setHours(17, 31, 0, 0);
    await logged({}, yesterday.getTime());
    await logged({ called: 'ann', dialled: 'ann' }, yesterday.getTime());
    // The rules of a day ago are those of today: the table is younger than the call.
    const args = ['bob@x.example', '--at', 'yesterday 17:30', '--explain'];
    const { code, out, err } = await world.divert('calls', ...args);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/Europe\/Berlin {2}kim → bob 486 → ann by busy-to-ann\n/);
    expect(out).toContain('busy-to-ann');
    expect(out).not.toContain('Approximate');
    expect(out.match(/ → .* by /g)).toHaveLength(1);
    const json = JSON.parse((await world.divert('calls', ...args, '--json')).out);
    expect(json).toMatchObject([
      { call: { rule: 'busy-to-ann' }, explanation: { decision: { action: 'redirect' } } },
    ]);
    const none = await world.divert('calls', ...args, '--caller', 'zoe', '--json');
    expect(JSON.parse(none.out)).toEqual([]);
  });

  test.each([
    [['bob@x.example'], 2],
    [['1002@x.example', '--since', '30m'], 1],
    [['x.example', '--caller', 'kim'], 2],
    [['x.example', '--call-id', 'nobody'], 0],
    [['ann@x.example'], 0],
    [['bob'], 2],
    [['--call-id', 'recent'], 1],
    [['--caller', 'kim'], 2],
    [['--caller', 'zoe'], 0],
  ])('%j finds %i', async (args, count) => {
    log.lines();
    const now = Date.now();
    await logged({ callId: 'recent', decisionId: 'r' }, now - 60_000);
    await logged({ callId: 'older', decisionId: 'o' }, now - 45 * 60_000);
    const { out } = await world.divert('calls', ...args, '--json');
    expect(JSON.parse(out)).toHaveLength(count);
  });

  test('says what is wrong', async () => {
    const { code, err } = await world.divert('calls', 'bob@y.example');
    expect([code, err]).toEqual([1, expect.stringContaining('no rules of this domain')]);
    expect((await world.divert('calls', 'bob@x.example', '--since', '3w')).code).toBe(1);
    expect((await world.divert('calls')).err).toContain('name a subscriber');
  });
});

describe('divert forget', () => {
  test('erases the history of somebody, and says what stays', async () => {
    const history = async () =>
      (await listHistory(world.table, subscriberHistory('x.example', 'bob'))).entries.length;
    for (let i = 0; i < 30; i++) {
      await world.divert(
        'phone',
        'bob@x.example',
        i % 2 ? 'clear' : 'set',
        ...(i % 2 ? [] : ['dnd']),
      );
    }
    expect(await history()).toBe(31);
    const { code, out } = await world.divert('forget', 'bob@x.example', '--yes');
    expect([code, out]).toEqual([0, expect.stringContaining('31 changes forgotten')]);
    expect(out).toContain('still a subscriber');
    expect(await history()).toBe(0);
    // Who did it and when, not of whom.
    const told = (await world.divert('history', 'x.example')).out;
    expect(told).toMatch(/the history of a subscriber, 31 changes, erased by /);
    expect(told).not.toContain('bob');
    const json = JSON.parse((await world.divert('history', 'x.example', '--json')).out);
    expect(json).toContainEqual(expect.objectContaining({ action: 'forget', erased: 31 }));
    // What holds now is untouched.
    expect((await world.divert('show', '1002@x.example')).out).toContain('busy-to-ann');
  });

  test('leaves nothing of who was removed', async () => {
    const rules = await world.file('less.yaml', 'domain: x.example\nsubscribers: { ann: {} }\n');
    await world.divert('apply', rules, '--yes', '--allow-removals');
    const { out } = await world.divert('forget', 'bob@x.example', '--yes');
    expect(out).not.toContain('still a subscriber');
    expect((await world.divert('show', 'bob@x.example')).err).toContain('is or was there');
  });

  test('forgets subscribers only, and after a yes', async () => {
    expect((await world.divert('forget', 'x.example')).code).toBe(1);
    expect((await world.divert('forget', 'ann@x.example')).err).toContain('--yes');
  });
});
