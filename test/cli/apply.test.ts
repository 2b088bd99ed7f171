import { setTimeout as sleep } from 'node:timers/promises';
import { TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { routeKey } from '../../functions/store/keys.ts';
import { changeSubscribers, getSubscriberRecord } from '../../functions/store/subscribers.ts';
import type { Table } from '../../functions/store/table.ts';
import { build } from '../../infra/build/bundle.ts';
import { AUTHOR, subscriber } from '../store/fixtures.ts';
import type { Fate } from './proxy.ts';
import { changeByApi, startWorld, type World, whatCallsRead } from './world.ts';

const DOMAIN = 'x.example';
/** Pairs of subscribers, of which the second takes the first's alias when the rules change. */
const PAIRS = 30;

/** One version of the rules: the reject status and the owner of each pair's number tell which. */
function rules(version: 'old' | 'new', pairs = PAIRS): string {
  const status = version === 'old' ? 480 : 486;
  const pair = (i: number): string => {
    const number = `aliases: ["1${String(i).padStart(3, '0')}"], `;
    const does = `rules: [{ when: always, callers: ${version}, reject: ${status} }]`;
    const [a, b] = version === 'old' ? [number, ''] : ['', number];
    return `  a${i}: { ${a}${does} }\n  b${i}: { ${b}${does} }\n`;
  };
  const all = Array.from({ length: pairs }, (_, i) => pair(i)).join('');
  // Each refers to a group that the other has not.
  return `domain: ${DOMAIN}\ngroups: { ${version}: ["+49*"] }\nsubscribers:\n  vm: {}\n${all}`;
}

/** Which rules stand under all names of a pair, read at one moment; undefined: a mixture. */
async function versionOf(table: Table, i: number): Promise<'old' | 'new' | undefined> {
  const names = [`a${i}`, `b${i}`, `1${String(i).padStart(3, '0')}`];
  const { Responses = [] } = await table.client.send(
    new TransactGetItemsCommand({
      TransactItems: names.map((name) => {
        const { pk, sk } = routeKey(DOMAIN, name);
        return { Get: { TableName: table.name, Key: { pk: { S: pk }, sk: { S: sk } } } };
      }),
    }),
  );
  const [a, b, number] = Responses.map(({ Item }) => JSON.parse(Item?.json?.S ?? '{}'));
  const statuses = new Set([a, b, number].map(({ rules = [] }) => rules[0]?.reject));
  if (statuses.size > 1) return undefined;
  if (statuses.has(480)) return number.user === `a${i}` ? 'old' : undefined;
  return statuses.has(486) && number.user === `b${i}` ? 'new' : undefined;
}

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe('an apply that is killed', () => {
  beforeAll(() => build());

  test('and repeated leaves what one undisturbed leaves; nobody sees a mixture', async () => {
    const { table, divert } = world;
    const before = await world.file('old.yaml', rules('old'));
    const after = await world.file('new.yaml', rules('new'));
    expect((await divert('apply', before, '--yes')).code).toBe(0);

    const other = await startWorld();
    await other.divert('apply', before, '--yes');
    await other.divert('apply', after, '--yes');
    // Each table has a search key of its own.
    const undisturbed = (await whatCallsRead(other.table)).set('SEARCH', expect.anything());
    await other.stop();

    let over = false;
    const seen = new Set<string | undefined>();
    const watching = (async () => {
      while (!over) {
        for (let i = 0; i < PAIRS; i++) seen.add(await versionOf(table, i));
        await sleep(5);
      }
    })();
    let kills = 0;
    for (let round = 0; round < 3; round++) {
      const child = world.spawn('apply', after, '--yes', '--concurrency', '3');
      let left = 1 + Math.floor(Math.random() * 6);
      world.fault = (operation) => {
        if (operation !== 'TransactWriteItems' || left < 0 || --left > 0) return 'pass';
        left = -1;
        child.process.kill('SIGKILL');
        // Killed before or after the table heard of it.
        return Math.random() < 0.5 ? 'pass' : 'lose the answer';
      };
      const { code } = await child.ended;
      if (code === -1) kills++;
    }
    world.fault = () => 'pass';
    const last = await world.spawn('apply', after, '--yes').ended;
    over = true;
    await watching;

    expect(kills).toBe(3);
    expect([last.code, last.err]).toEqual([0, '']);
    expect(seen).toEqual(new Set(['old', 'new']));
    expect(await whatCallsRead(table)).toEqual(undisturbed);
    expect((await divert('plan', after)).code).toBe(0);
  });

  test('by Ctrl-C ends between two subscribers, says so, and does the rest when run again', async () => {
    const file = await world.file('old.yaml', rules('old'));
    const child = world.spawn('apply', file, '--yes', '--rate', '20');
    let writes = 0;
    world.fault = (operation) => {
      if (operation === 'TransactWriteItems' && ++writes === 2) child.process.kill('SIGINT');
      return 'pass';
    };
    const { code, err } = await child.ended;
    expect(code).toBe(130);
    expect(err).toMatch(/^interrupted; stopped after \d+ subscribers: plan again/);
    world.fault = () => 'pass';
    const again = await world.divert('apply', file, '--yes');
    expect(again.out).toMatch(/x\.example: \d+ added/);
    expect((await world.divert('plan', file)).code).toBe(0);
  });
});

describe('another’s change since the plan', () => {
  test('is not overwritten: apply says so and stops', async () => {
    const { table, divert } = world;
    await divert('apply', await world.file('old.yaml', rules('old')), '--yes');
    const after = await world.file('new.yaml', rules('new'));
    let done = false;
    world.fault = async (operation): Promise<Fate> => {
      if (operation === 'TransactWriteItems' && !done) {
        done = true;
        const status = await changeByApi(table, DOMAIN, 'b7', { rules: [] });
        expect(status).toBe(200);
      }
      return 'pass';
    };
    const { code, err } = await divert('apply', after, '--yes');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: b7@x\.example is at version 2, not at version 1: somebody changed it meanwhile; stopped after \d+ subscribers: plan again to see what is left\n$/,
    );
    expect((await getSubscriberRecord(table, DOMAIN, 'b7'))?.source).toMatchObject({ rules: [] });
    world.fault = () => 'pass';
    const plan = await divert('plan', after);
    expect(plan.out).toMatch(/~ b7 {2}drift: changed by arn:ann \(api forced 192\.0\.2\.1\)/);
  });

  test('that adds somebody of the same name stops it too', async () => {
    const file = await world.file('old.yaml', rules('old'));
    let done = false;
    world.fault = async (operation): Promise<Fate> => {
      if (operation === 'TransactWriteItems' && !done) {
        done = true;
        const change = { user: 'b9', next: subscriber('b9') };
        await changeSubscribers(world.table, DOMAIN, [change], AUTHOR);
      }
      return 'pass';
    };
    const { code, err } = await world.divert('apply', file, '--yes');
    expect([code, err]).toEqual([1, expect.stringContaining('b9@x.example is at version 1')]);
  });
});

describe('a throttled table', () => {
  test('slows everything and loses nothing', async () => {
    const { divert } = world;
    let requests = 0;
    let throttled = 0;
    world.fault = () => {
      requests++;
      if (requests % 2 === 0) {
        throttled++;
        return 'throttle';
      }
      return requests % 9 === 0 ? 'lose the answer' : 'pass';
    };
    const file = await world.file('old.yaml', rules('old', 12));
    expect(await divert('apply', file, '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await divert('plan', file)).toMatchObject({ code: 0, err: '' });
    const pulled = await divert('pull', DOMAIN);
    expect(pulled).toMatchObject({ code: 0, err: '' });
    // One for each of the commands at least; how many more depends on what they read at once.
    expect(throttled).toBeGreaterThanOrEqual(3);
    world.fault = () => 'pass';
    // Nothing was done twice either.
    const { version } = (await getSubscriberRecord(world.table, DOMAIN, 'a1')) ?? {};
    expect(version).toBe(1);
    const copy = await world.file('pulled.yaml', pulled.out);
    expect((await divert('plan', copy)).code).toBe(0);
  });
});
