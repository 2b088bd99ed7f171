import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isEmpty } from '../../functions/provision/apply/plan.ts';
import { restorePlan } from '../../functions/provision/restore.ts';
import { listHistory } from '../../functions/store/history.ts';
import { subscriberHistory } from '../../functions/store/keys.ts';
import { changePeer, listPeers } from '../../functions/store/peers.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { changeSubscribers, getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { openTable, type Table } from '../../functions/store/table.ts';
import { seedTokenKeys } from '../../functions/store/token-keys.ts';
import { createTable } from '../../infra/local/create-table.ts';
import { AUTHOR } from '../store/fixtures.ts';
import { startWorld, type World, whatCallsRead } from './world.ts';

/** The table is lost or spoilt, AWS has restored it under another name: `divert restore`. */

let world: World;
let tables = 0;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const RULES = (status: number) => `domain: x.example
subscribers:
  bob: { aliases: ["1001"], rules: [{ name: r, when: busy, reject: ${status} }] }
  carol: { rules: [{ name: r, when: busy, forward: bob }] }
  dave: { rules: [{ name: r, when: busy, forward: bob }] }
`;
const PEER = {
  name: 'edge',
  compiled: {
    ...{ name: 'edge', domains: ['x.example'], hosts: [], trunks: [], trustIdentity: true },
    ...{ headers: 'both', divertedAs: 'dialled', loopToken: true, explain: false },
  },
  keys: [{ hash: 'ab'.repeat(32), created: '2026-01-01T00:00:00Z' }],
} as const;

/** A table with everything in it, and an empty one. */
async function lost(): Promise<{ from: Table; to: Table }> {
  const make = async () => {
    const name = `divert-t${++tables}`;
    await createTable(world.table.client, name);
    return openTable(world.table.client, name);
  };
  const [from, to] = [await make(), await make()];
  for (const status of [480, 486]) {
    const file = await world.file('r.yaml', RULES(status));
    await world.divert('apply', file, '--yes', '--table', from.name);
  }
  const bob = await getSubscriberRecord(from, 'x.example', 'bob');
  if (!bob) throw new Error('no bob');
  const phone = { settings: { dnd: { active: true } }, rules: [], dnd: {} };
  const next = { source: bob.source, compiled: bob.compiled, phone };
  await changeSubscribers(from, 'x.example', [{ user: 'bob', next }], AUTHOR);
  const { name, compiled, keys } = PEER;
  await changePeer(
    from,
    { name, next: { source: { name }, compiled: compiled as never, keys } },
    AUTHOR,
  );
  await seedTokenKeys(from, AUTHOR);
  return { from, to };
}

const meaning = async (table: Table): Promise<string> =>
  JSON.stringify(
    [...(await whatCallsRead(table))].sort(([a], [b]) => (a < b ? -1 : 1)),
    (key, value) => (['version', 'needs'].includes(key) ? undefined : value),
  );

describe('a table that is lost', () => {
  test('is put back whole: rules, phone settings, policy, peers, keys, history', async () => {
    const { from, to } = await lost();
    const { code, out, err } = await world.divert(
      ...(['restore', '--from-table', from.name, '--table', to.name, '--yes'] as const),
    );
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('+ peer edge');
    expect(out).toContain('3 to add');
    expect(await meaning(to)).toBe(await meaning(from));
    expect((await listPeers(to))[0]?.keys).toEqual(PEER.keys);
    const of = async (table: Table) =>
      (await listHistory(table, subscriberHistory('x.example', 'bob'))).entries;
    const [now, before] = [await of(to), await of(from)];
    expect(now.slice(1)).toEqual(before);
    expect(now[0]).toMatchObject({
      version: before.length + 1,
      from: expect.stringContaining('divert restore'),
    });

    const again = await world.divert(
      ...(['restore', '--from-table', from.name, '--table', to.name, '--yes'] as const),
    );
    expect(again.out).toContain('0 entries of history, 0 peers restored');
  });
});

describe('a table that is spoilt', () => {
  test('gets back what was removed and changed; what is new elsewhere stays', async () => {
    const { from, to } = await lost();
    await world.divert('restore', '--from-table', from.name, '--table', to.name, '--yes');
    const wrong = await world.file('w.yaml', 'domain: x.example\nsubscribers: { bob: {} }\n');
    await world.divert('apply', wrong, '--yes', '--allow-removals', '--table', to.name);
    const other = await world.file('y.yaml', 'domain: y.example\nsubscribers: { zoe: {} }\n');
    await world.divert('apply', other, '--yes', '--table', to.name);

    const one = await world.divert(
      ...(['restore', 'carol@x.example', '--from-table', from.name] as const),
      ...(['--table', to.name, '--yes'] as const),
    );
    expect(one.code).toBe(0);
    expect(await getSubscriberRecord(to, 'x.example', 'carol')).toBeDefined();
    expect(await getSubscriberRecord(to, 'x.example', 'dave')).toBeUndefined();

    const all = await world.divert(
      ...(['restore', '--from-table', from.name, '--table', to.name, '--yes'] as const),
    );
    expect([all.code, all.err]).toEqual([0, '']);
    expect(await getSubscriberRecord(to, 'x.example', 'dave')).toBeDefined();
    expect((await getSubscriberRecord(to, 'x.example', 'bob'))?.source).toMatchObject({
      rules: [{ reject: 486 }],
    });
    expect(await getPolicyRecord(to, 'y.example')).toBeDefined();
  });

  test('changes nobody who is as they were', async () => {
    const { from } = await lost();
    expect(isEmpty(await restorePlan(from, from, 'x.example'))).toBe(true);
  });

  test('says so where the other table has no rules', async () => {
    const { to } = await lost();
    const { code, err } = await world.divert('restore', '--from-table', to.name, '--yes');
    expect([code, err]).toEqual([1, `error: ${to.name} has no rules of any domain\n`]);
  });
});
