import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Policy, Subscriber } from '../../functions/decide/model.ts';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import { changePolicy } from '../../functions/store/policies.ts';
import { createReader, type RuleReader, StoreGarbage } from '../../functions/store/reader.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { changeSubscribers } from '../../functions/store/subscribers.ts';
import { setSwitch } from '../../functions/store/switches.ts';
import { seedTokenKeys } from '../../functions/store/token-keys.ts';
import { AUTHOR, peer, policy, rule, startTable, subscriber } from './fixtures.ts';
import { memoryReader, type Rules } from './memory-reader.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
});
afterAll(() => table.database.stop());

/** Puts the same rules in place; each reader must then give the same. */
type Stored = Required<Omit<Rules, 'searchKey'>>;

const readers: Record<string, (rules: Stored) => Promise<RuleReader>> = {
  'embedded database': async (rules) => {
    for (const [key, compiled] of Object.entries(rules.peers)) {
      const keys = [{ hash: hashPeerKey(key), created: '2026-01-01T00:00:00Z' }];
      const next = { source: {}, compiled, keys };
      await changePeer(table, { name: compiled.name, next }, AUTHOR);
    }
    for (const compiled of rules.policies) {
      await changePolicy(table, compiled.domain, { source: {}, compiled }, AUTHOR);
    }
    for (const [domain, subscribers] of Object.entries(rules.subscribers)) {
      for (const { phone, ...compiled } of subscribers) {
        const next = { source: {}, compiled, phone: { settings: {}, rules: phone } };
        await changeSubscribers(table, domain, [{ user: compiled.user, next }], AUTHOR);
      }
    }
    for (const [domain, { on }] of Object.entries(rules.switches)) {
      for (const name of on) await setSwitch(table, domain, name, true, AUTHOR);
    }
    rules.tokenKeys = await seedTokenKeys(table, AUTHOR);
    return sdkReader(table.client, table.name);
  },
  'in memory': async (rules) => memoryReader(rules),
};

describe.each(Object.entries(readers))('a reader of rules: %s', (_, make) => {
  const bob: Subscriber = {
    ...subscriber('bob', ['+49301234567', '1002', 'b#b']).compiled,
    version: 1,
    phone: [rule(480)],
  };
  const rules: Stored = {
    peers: { 'a key': peer('sbc', 'a.example'), ключ: peer('other', 'b.example') },
    policies: [{ ...policy('a.example'), version: 1 }],
    subscribers: {
      'a.example': [bob, { ...subscriber('zoë & co').compiled, version: 1, phone: [] }],
      'b.example': [{ ...subscriber('bob', [], 603).compiled, version: 1, phone: [] }],
    },
    switches: { 'a.example': { on: ['lunch', 'night'] } },
    tokenKeys: { current: { id: 0, secret: 'c2VjcmV0' } },
  };
  let reader: RuleReader;
  beforeAll(async () => {
    reader = await make(rules);
  });

  test.each(['bob', '+49301234567', '1002', 'b#b'])('finds them whole as %s', async (name) => {
    expect(await reader.subscriber('a.example', name)).toEqual(bob);
  });

  test('keeps domains apart', async () => {
    expect((await reader.subscriber('b.example', 'bob'))?.rules).toEqual([rule(603)]);
    expect(await reader.subscriber('b.example', '1002')).toBeUndefined();
    expect(await reader.policy('b.example')).toBeUndefined();
  });

  test('finds names of any characters, and only exact ones', async () => {
    expect((await reader.subscriber('a.example', 'zoë & co'))?.user).toBe('zoë & co');
    expect(await reader.subscriber('a.example', 'b')).toBeUndefined();
    expect(await reader.subscriber('a.example', '')).toBeUndefined();
  });

  test('finds a peer by the hash of its key only', async () => {
    expect(await reader.peer(hashPeerKey('a key'))).toEqual(rules.peers['a key']);
    expect((await reader.peer(hashPeerKey('ключ')))?.name).toBe('other');
    expect(await reader.peer('a key')).toBeUndefined();
    expect(await reader.peer('')).toBeUndefined();
  });

  test('reads policy, switches and token keys', async () => {
    expect(await reader.policy('a.example')).toEqual(rules.policies[0]);
    expect(await reader.policy('a.example', { consistent: true })).toEqual(rules.policies[0]);
    expect(await reader.switches('a.example')).toEqual(rules.switches['a.example']);
    expect(await reader.switches('b.example')).toBeUndefined();
    expect(await reader.tokenKeys()).toEqual(rules.tokenKeys);
  });

  test('gives a value of its own each time', async () => {
    const first = (await reader.policy('a.example')) as { ringSeconds: number } & Policy;
    Object.assign(first, { ringSeconds: 1 });
    expect((await reader.policy('a.example'))?.ringSeconds).toBe(20);
  });
});

describe('garbage in the table', () => {
  test.each([
    ['no json', {}],
    ['not JSON', { json: { S: '{"user":' } }],
    ['null', { json: { S: 'null' } }],
    ['another type', { json: { N: '1' } }],
    ['a list', { json: { S: '[]' } }],
    ['fields missing', { json: { S: '{"user":"bob"}' } }],
  ])('%s counts as a failure of the store, not as an empty rule set', async (_, item) => {
    const put = (pk: string) =>
      table.client.send(
        new PutItemCommand({
          TableName: table.name,
          Item: { pk: { S: pk }, sk: { S: '-' }, ...item },
        }),
      );
    await Promise.all(['ROUTE#g.example#bob', 'POLICY#g.example', 'PEERKEY#00'].map(put));
    const reader = sdkReader(table.client, table.name);
    await expect(reader.subscriber('g.example', 'bob')).rejects.toThrow(StoreGarbage);
    await expect(reader.policy('g.example')).rejects.toThrow(StoreGarbage);
    await expect(reader.peer('00')).rejects.toThrow(StoreGarbage);
  });

  describe('is what is sound, but of another', () => {
    const bob = { ...subscriber('bob', ['1002']).compiled, version: 1, phone: [] };
    const put = (pk: string, value: object) =>
      table.client.send(
        new PutItemCommand({
          TableName: table.name,
          Item: { pk: { S: pk }, sk: { S: '-' }, json: { S: JSON.stringify(value) } },
        }),
      );

    test.each(['alice', '1003', 'Bob', '100'])('user, under the key %s', async (name) => {
      await put(`ROUTE#w.example#${name}`, bob);
      const reader = sdkReader(table.client, table.name);
      const read = reader.subscriber('w.example', name);
      await expect(read).rejects.toThrow(StoreGarbage);
      await expect(read).rejects.toThrow('the item ROUTE holds what is not of its key');
    });

    test.each(['bob', '1002'])('and not what is theirs, under %s', async (name) => {
      await put(`ROUTE#w.example#${name}`, bob);
      const reader = sdkReader(table.client, table.name);
      expect(await reader.subscriber('w.example', name)).toEqual(bob);
    });

    test('domain', async () => {
      await put('POLICY#w.example', { ...policy('x.example'), version: 1 });
      const reader = sdkReader(table.client, table.name);
      await expect(reader.policy('w.example')).rejects.toThrow(StoreGarbage);
      await expect(reader.policy('w.example', { consistent: true })).rejects.toThrow(StoreGarbage);
    });
  });

  test('is what the item of another user is', async () => {
    const other = { pk: { S: 'ROUTE#a.example#bob' }, json: { S: '{}' } };
    const reader = createReader(async () => other);
    await expect(reader.subscriber('a.example', 'alice')).rejects.toThrow(StoreGarbage);
  });

  test('says which kind of item, and neither name nor number', async () => {
    const reader = sdkReader(table.client, table.name);
    await expect(reader.subscriber('g.example', 'bob')).rejects.toThrow(/^the item ROUTE [^#]*$/);
  });
});

test('gives up when it is told to', async () => {
  const reader = sdkReader(table.client, table.name);
  await expect(
    reader.subscriber('a.example', 'bob', { signal: AbortSignal.abort() }),
  ).rejects.toThrow();
});

test('readers of one client share its connections, however many there are', async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end('{}'));
  server.on('connection', () => connections++).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    for (let i = 0; i < 20; i++) {
      expect(await sdkReader(client, 'rules').policy('nowhere.example')).toBeUndefined();
    }
    // One that has been idle for a second is not trusted: a slow machine makes a few.
    expect(connections).toBeLessThan(10);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
