import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  AliasTaken,
  PeerKeyTaken,
  TooLarge,
  VersionConflict,
} from '../../functions/store/errors.ts';
import { firstChangeAfter, listHistory } from '../../functions/store/history.ts';
import { peerHistory, policyHistory, subscriberHistory } from '../../functions/store/keys.ts';
import { generatePeerKey, hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer, getPeerRecord, listPeers } from '../../functions/store/peers.ts';
import { changePolicy, getPolicyRecord } from '../../functions/store/policies.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import {
  allSubscribers,
  changeSubscribers,
  getSubscriberRecord,
  listSubscribers,
  type SubscriberRecord,
} from '../../functions/store/subscribers.ts';
import { rotateTokenKeys, seedTokenKeys } from '../../functions/store/token-keys.ts';
import { AUTHOR, peer, policy, rule, startTable, subscriber } from './fixtures.ts';

let table: Awaited<ReturnType<typeof startTable>>;
let reader: RuleReader;
let domain: string;
let tests = 0;
beforeAll(async () => {
  table = await startTable();
  reader = sdkReader(table.client, table.name);
});
beforeEach(() => {
  tests += 1;
  domain = `d${tests}.example`;
});
afterAll(() => table.database.stop());

const put = (user: string, aliases: string[] = [], mark?: number, expect?: number) =>
  changeSubscribers(
    table,
    domain,
    [{ user, next: subscriber(user, aliases, mark), ...(expect !== undefined && { expect }) }],
    AUTHOR,
  );
const remove = (user: string) =>
  changeSubscribers(table, domain, [{ user, next: undefined }], AUTHOR);
const owner = async (name: string) => (await reader.subscriber(domain, name))?.user;
const history = async (user: string) =>
  (await listHistory<SubscriberRecord>(table, subscriberHistory(domain, user))).entries;

describe('a subscriber', () => {
  test('stands whole under every name, and no longer under a former one', async () => {
    await put('bob', ['1001', '1002']);
    await put('bob', ['1002', '1003'], 480);
    expect(await owner('1001')).toBeUndefined();
    const [bob, a, b] = await Promise.all(
      ['bob', '1002', '1003'].map((name) => reader.subscriber(domain, name)),
    );
    expect(bob).toMatchObject({ version: 2, aliases: ['1002', '1003'], rules: [rule(480)] });
    expect(a).toEqual(bob);
    expect(b).toEqual(bob);
  });

  test('is gone under every name when removed, and its version is not used again', async () => {
    await put('bob', ['1001']);
    await remove('bob');
    expect([await owner('bob'), await owner('1001')]).toEqual([undefined, undefined]);
    expect(await getSubscriberRecord(table, domain, 'bob')).toBeUndefined();
    await remove('bob');
    const [bob] = await put('bob', [], 486, 0);
    expect(bob?.version).toBe(3);
    await expect(put('bob', [], 480, 1)).rejects.toThrow(VersionConflict);
  });

  test('keeps phone settings and who manages them unless they are given', async () => {
    const phone = { settings: {}, rules: [rule(480)] };
    const next = { ...subscriber('bob'), phone, managedBy: 'subscriber' as const };
    await changeSubscribers(table, domain, [{ user: 'bob', next }], AUTHOR);
    await put('bob', ['1001'], 603);
    expect(await reader.subscriber(domain, '1001')).toMatchObject({
      phone: phone.rules,
      rules: [rule(603)],
    });
    expect(await getSubscriberRecord(table, domain, 'bob')).toMatchObject({
      managedBy: 'subscriber',
      source: { aliases: ['1001'] },
    });
  });

  test('writes nothing where nothing changes', async () => {
    const [first] = await put('bob', ['1001']);
    const [second] = await put('bob', ['1001']);
    expect(second).toEqual(first);
    expect(await history('bob')).toHaveLength(1);
  });

  test('takes no name of another, and says whose it is', async () => {
    await put('bob', ['1001']);
    await expect(put('carol', ['1001'])).rejects.toThrow(new AliasTaken('1001', 'carol', 'bob'));
    await expect(put('carol', ['bob'])).rejects.toThrow(AliasTaken);
    expect(await owner('carol')).toBeUndefined();
    expect(await history('carol')).toEqual([]);
  });

  test('gives an alias to another in one transaction, both ways at once', async () => {
    await put('bob', ['1001', '1002']);
    await put('carol', ['1003']);
    await changeSubscribers(
      table,
      domain,
      [
        { user: 'bob', next: subscriber('bob', ['1003', '1002']) },
        { user: 'carol', next: subscriber('carol', ['1001']) },
      ],
      AUTHOR,
    );
    expect(await Promise.all(['1001', '1002', '1003'].map(owner))).toEqual(['carol', 'bob', 'bob']);
    await changeSubscribers(
      table,
      domain,
      [
        { user: 'bob', next: undefined },
        { user: 'dave', expect: 0, next: subscriber('dave', ['bob', '1002']) },
      ],
      AUTHOR,
    );
    expect(await Promise.all(['bob', '1002', '1003'].map(owner))).toEqual([
      'dave',
      'dave',
      undefined,
    ]);
  });

  test('lets two in one transaction not have the same alias', async () => {
    const changes = ['bob', 'carol'].map((user) => ({ user, next: subscriber(user, ['1001']) }));
    await expect(changeSubscribers(table, domain, changes, AUTHOR)).rejects.toThrow(AliasTaken);
  });

  test('is not overwritten when changed since it was read', async () => {
    await put('bob');
    await put('bob', [], 480, 1);
    await expect(put('bob', [], 603, 1)).rejects.toThrow(
      `bob@${domain} is at version 2, not at version 1: somebody changed it meanwhile`,
    );
    await expect(put('bob', [], 603, 0)).rejects.toThrow(VersionConflict);
    await expect(put('carol', [], 603, 7)).rejects.toThrow(`carol@${domain} is absent`);
  });

  test('may have 40 aliases, and swap them all for 40 others', async () => {
    const aliases = (from: number) => Array.from({ length: 40 }, (_, i) => String(from + i));
    await put('bob', aliases(1000));
    await put('bob', aliases(2000));
    expect(await owner('1000')).toBeUndefined();
    expect(await owner('2039')).toBe('bob');
    await expect(put('bob', aliases(1000).concat('3000'))).rejects.toThrow(
      '41 aliases: at most 40',
    );
  });

  test('may have 32 KB of rules under 40 aliases, and no more', async () => {
    const aliases = Array.from({ length: 40 }, (_, i) => String(1000 + i));
    const rules = (bytes: number) => {
      const bob = subscriber('bob', aliases);
      const text = 'x'.repeat(bytes - 4);
      return {
        source: { rules: [text] },
        compiled: { ...bob.compiled, rules: [{ ...rule(), name: text }] },
      };
    };
    const write = (bytes: number) =>
      changeSubscribers(table, domain, [{ user: 'bob', next: rules(bytes) }], AUTHOR);
    await write(32 * 1024);
    await expect(write(32 * 1024 + 1)).rejects.toThrow('33 KB of rules: at most 32 KB');
  });

  test('whose compiled rules are too large for one transaction is refused in words', async () => {
    const aliases = Array.from({ length: 40 }, (_, i) => String(1000 + i));
    const { compiled } = subscriber('bob', aliases);
    const large = { ...compiled, rules: [{ ...rule(), name: 'x'.repeat(120_000) }] };
    const next = { source: {}, compiled: large };
    await expect(changeSubscribers(table, domain, [{ user: 'bob', next }], AUTHOR)).rejects.toThrow(
      TooLarge,
    );
  });

  test('is listed page by page, removed ones not', async () => {
    for (let i = 0; i < 7; i++) await put(`u${i}`);
    await remove('u3');
    const first = await listSubscribers(table, domain, { limit: 3 });
    expect(first.records.map(({ user }) => user)).toEqual(['u0', 'u1', 'u2']);
    const all: string[] = [];
    for await (const { user } of allSubscribers(table, domain)) all.push(user);
    expect(all).toEqual(['u0', 'u1', 'u2', 'u4', 'u5', 'u6']);
    const rest = await listSubscribers(table, domain, { after: first.next ?? '' });
    expect(rest.records.map(({ user }) => user)).toEqual(['u4', 'u5', 'u6']);
  });
});

describe('history', () => {
  test('records who, from where, and what was before', async () => {
    await put('bob', ['1001'], 486);
    await put('bob', ['1002'], 480);
    await remove('bob');
    const entries = await history('bob');
    expect(entries.map(({ action, version, who, from }) => [action, version, who, from])).toEqual([
      ['delete', 3, 'test', 'loopback'],
      ['put', 2, 'test', 'loopback'],
      ['put', 1, 'test', 'loopback'],
    ]);
    expect(entries[0]?.before?.source).toEqual(subscriber('bob', ['1002'], 480).source);
    expect(entries[1]?.before).toMatchObject({ version: 1, compiled: { aliases: ['1001'] } });
    expect(entries[2]).not.toHaveProperty('before');
  });

  test('tells what held at an instant', async () => {
    let clock = Date.parse('2026-01-01T00:00:00Z');
    const then = { ...table, now: () => clock };
    for (const mark of [401, 402, 403]) {
      const change = { user: 'bob', next: subscriber('bob', [], mark) };
      await changeSubscribers(then, domain, [change], AUTHOR);
      clock += 60_000;
    }
    const at = async (time: string) => {
      const subject = subscriberHistory(domain, 'bob');
      const entry = await firstChangeAfter<SubscriberRecord>(table, subject, Date.parse(time));
      return entry && (entry.before?.compiled.rules ?? 'none');
    };
    expect(await at('2025-12-31T23:59:59Z')).toBe('none');
    expect(await at('2026-01-01T00:00:00Z')).toEqual([rule(401)]);
    expect(await at('2026-01-01T00:01:59Z')).toEqual([rule(402)]);
    expect(await at('2026-01-01T00:02:00Z')).toBeUndefined();
  });

  test('goes on in order where a clock goes back', async () => {
    let clock = Date.parse('2026-01-01T00:00:00Z');
    const back = { ...table, now: () => (clock -= 5000) };
    for (const mark of [401, 402, 403]) {
      await changeSubscribers(
        back,
        domain,
        [{ user: 'b', next: subscriber('b', [], mark) }],
        AUTHOR,
      );
    }
    const { entries } = await listHistory(back, subscriberHistory(domain, 'b'));
    expect(entries.map(({ version }) => version)).toEqual([3, 2, 1]);
  });

  test('expires after 400 days, or as set, also while the table still has it', async () => {
    await put('bob');
    const { Items } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: subscriberHistory(domain, 'bob') } },
      }),
    );
    const days = (Number(Items?.[0]?.expires?.N) - Date.now() / 1000) / 86_400;
    expect(Math.round(days)).toBe(400);
    const later = { ...table, now: () => Date.now() + 401 * 86_400_000 };
    expect((await listHistory(later, subscriberHistory(domain, 'bob'))).entries).toEqual([]);
    const brief = { ...table, historyDays: 1 };
    await changeSubscribers(brief, domain, [{ user: 'bob', next: undefined }], AUTHOR);
    const tomorrow = { ...table, now: () => Date.now() + 2 * 86_400_000 };
    expect((await listHistory(tomorrow, subscriberHistory(domain, 'bob'))).entries).toHaveLength(1);
  });

  test('is read page by page', async () => {
    for (const mark of [401, 402, 403]) await put('bob', [], mark);
    const subject = subscriberHistory(domain, 'bob');
    const first = await listHistory(table, subject, { limit: 2 });
    const second = await listHistory(table, subject, { limit: 2, before: first.next ?? '' });
    expect([...first.entries, ...second.entries].map(({ version }) => version)).toEqual([3, 2, 1]);
  });
});

describe('at the same time', () => {
  test('two writers lose no update', async () => {
    await put('bob');
    const add = (name: string) =>
      changeSubscribers(
        table,
        domain,
        [
          {
            user: 'bob',
            next: (current) => ({
              ...subscriber('bob', [...(current?.compiled.aliases ?? []), name]),
            }),
          },
        ],
        AUTHOR,
      );
    const writer = async (first: number) => {
      for (let i = 0; i < 18; i++) await add(String(first + i));
    };
    await Promise.all([writer(1000), writer(2000)]);
    const bob = await getSubscriberRecord(table, domain, 'bob');
    expect(bob?.compiled.aliases).toHaveLength(36);
    expect(bob?.version).toBe(37);
    expect(await history('bob')).toHaveLength(37);
  });

  test('of two who expect the same version one wins and one is told', async () => {
    await put('bob');
    const results = await Promise.allSettled([401, 402, 403].map((m) => put('bob', [], m, 1)));
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(VersionConflict);
    }
  });

  test('of two who want the same alias one gets it', async () => {
    const results = await Promise.allSettled(['bob', 'carol'].map((user) => put(user, ['1001'])));
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toBeInstanceOf(AliasTaken);
  });

  // The embedded database reads consistently, so an older version after a newer one would mean
  // that the names did not change at one instant.
  test('a reader sees each version whole, never an older one after a newer', async () => {
    const names = ['bob', '1001', '1002'];
    const write = (mark: number) => put('bob', ['1001', '1002'], mark);
    await write(400);
    let writing = true;
    const watch = async () => {
      let seen = 0;
      while (writing) {
        for (const name of names) {
          const bob = await reader.subscriber(domain, name);
          expect(bob?.rules).toEqual([rule(399 + (bob?.version ?? 0))]);
          expect(bob?.version).toBeGreaterThanOrEqual(seen);
          seen = bob?.version ?? 0;
        }
      }
    };
    const watching = Promise.all([watch(), watch()]);
    for (let mark = 401; mark < 440; mark++) await write(mark);
    writing = false;
    await watching;
  });

  test('an alias that moves always belongs to somebody', async () => {
    const turn = (to: string, other: string) =>
      changeSubscribers(
        table,
        domain,
        [
          { user: to, next: subscriber(to, ['1001']) },
          { user: other, next: subscriber(other) },
        ],
        AUTHOR,
      );
    await turn('bob', 'carol');
    let writing = true;
    const owners = new Set<string | undefined>();
    const watching = (async () => {
      while (writing) owners.add(await owner('1001'));
    })();
    for (let i = 0; i < 20; i++) await (i % 2 ? turn('bob', 'carol') : turn('carol', 'bob'));
    writing = false;
    await watching;
    expect(owners).toEqual(new Set(['bob', 'carol']));
  });
});

describe('a policy', () => {
  const write = (seconds: number, expect?: number) =>
    changePolicy(
      table,
      domain,
      { source: { ringSeconds: seconds }, compiled: policy(domain, seconds) },
      AUTHOR,
      expect,
    );

  test('grows by one version with every change', async () => {
    await write(20, 0);
    await write(20);
    const record = await write(30, 1);
    expect(record).toMatchObject({ version: 2, source: { ringSeconds: 30 }, who: 'test' });
    expect(await getPolicyRecord(table, domain)).toEqual(record);
    expect(await reader.policy(domain)).toEqual(record?.compiled);
    await expect(write(40, 1)).rejects.toThrow(VersionConflict);
    const { entries } = await listHistory(table, policyHistory(domain));
    expect(entries.map(({ version }) => version)).toEqual([2, 1]);
    expect(entries[0]?.before).toMatchObject({ source: { ringSeconds: 20 } });
  });

  test('can be removed', async () => {
    await write(20);
    await changePolicy(table, domain, undefined, AUTHOR);
    expect(await reader.policy(domain)).toBeUndefined();
    expect(await getPolicyRecord(table, domain)).toBeUndefined();
    expect((await write(20, 0))?.version).toBe(3);
  });

  test('may have 300 KB, of numbers that compress badly, with its history', async () => {
    const numbers = (n: number) =>
      Array.from({ length: n }, (_, i) => `+49${(i * 7_919_337_713) % 100_000_000_000}`);
    const large = (n: number) => {
      const group = numbers(n).map((value) => ({ is: 'prefix' as const, value, text: value }));
      const compiled = { ...policy(domain), groups: { g: group.slice(0, n / 4) } };
      return { source: { groups: { g: numbers(n) } }, compiled };
    };
    await changePolicy(table, domain, large(17_000), AUTHOR);
    await changePolicy(table, domain, large(17_004), AUTHOR);
    const { entries } = await listHistory(table, policyHistory(domain));
    expect(entries[0]?.before).toMatchObject(large(17_000));
    await expect(changePolicy(table, domain, large(24_000), AUTHOR)).rejects.toThrow(TooLarge);
  });
});

describe('a peer', () => {
  const key = (text: string) => ({ hash: hashPeerKey(text), created: '2026-01-01T00:00:00Z' });
  const write = (name: string, keys?: ReturnType<typeof key>[], to = 'a.example') =>
    changePeer(
      table,
      { name, next: { source: { name }, compiled: peer(name, to), ...(keys && { keys }) } },
      AUTHOR,
    );
  const known = async (text: string) => (await reader.peer(hashPeerKey(text)))?.domains[0];

  test('is found by each of its keys, by a revoked one no more', async () => {
    await write('sbc', [key('one'), key('two')]);
    expect([await known('one'), await known('two')]).toEqual(['a.example', 'a.example']);
    await write('sbc', [key('two'), key('three')]);
    await write('sbc', undefined, 'b.example');
    expect([await known('one'), await known('two'), await known('three')]).toEqual([
      undefined,
      'b.example',
      'b.example',
    ]);
    await changePeer(table, { name: 'sbc', next: undefined }, AUTHOR);
    expect(await known('two')).toBeUndefined();
    expect(await getPeerRecord(table, 'sbc')).toBeUndefined();
    const { entries } = await listHistory(table, peerHistory('sbc'));
    expect(entries.map(({ action }) => action)).toEqual(['delete', 'put', 'put', 'put']);
  });

  test('has at most two keys, and none of another peer', async () => {
    await write('x', [key('x1')]);
    await expect(write('y', [key('x1')])).rejects.toThrow(PeerKeyTaken);
    await expect(write('x', [key('1'), key('2'), key('3')])).rejects.toThrow(TooLarge);
    expect((await listPeers(table)).map(({ name }) => name)).toEqual(['x']);
  });

  test('gets keys of 256 random bits that stand nowhere in the table', async () => {
    const secret = generatePeerKey();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    await write('z', [key(secret)]);
    const { Items } = await table.client.send(new ScanCommand({ TableName: table.name }));
    expect(JSON.stringify(Items)).not.toContain(secret);
    expect(await known(secret)).toBe('a.example');
  });
});

describe('the keys of the loop token', () => {
  test('are made once, by whoever is first', async () => {
    const made = await Promise.all([seedTokenKeys(table, AUTHOR), seedTokenKeys(table, AUTHOR)]);
    expect(made[0]).toEqual(made[1]);
    expect(await reader.tokenKeys()).toEqual(made[0]);
  });

  test('rotate: the one before stays valid', async () => {
    const { current } = await seedTokenKeys(table, AUTHOR);
    const rotated = await rotateTokenKeys(table, AUTHOR);
    expect(rotated.previous).toEqual(current);
    expect(rotated.current.id).toBe(current.id + 1);
    expect(Buffer.from(rotated.current.secret, 'base64')).toHaveLength(32);
    expect(await reader.tokenKeys()).toEqual(rotated);
    expect((await rotateTokenKeys(table, AUTHOR)).previous).toEqual(rotated.current);
  });
});
