import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeLists } from '../../functions/provision/complete-lists.ts';
import {
  findSubscribers,
  MOST_READ,
  type Sought,
} from '../../functions/provision/find-subscribers.ts';
import { listDomains } from '../../functions/store/domains.ts';
import { changePolicy } from '../../functions/store/policies.ts';
import { changeSubscribers } from '../../functions/store/subscribers.ts';
import { openTable, type Table } from '../../functions/store/table.ts';
import { createTable } from '../../infra/local/create-table.ts';
import { type Database, startDatabase } from '../../infra/local/database.ts';
import { AUTHOR, counting, policy, subscriber } from './fixtures.ts';

/**
 * docs/admin-api.md#finding-subscribers: what a page reads does not depend on how many subscribers or
 * domains there are. What a million come to is arithmetic from that: docs/scale.md.
 */

const NAME = 'divert-size';
const FORWARD = {
  name: 'away',
  when: ['always' as const],
  forward: [{ uri: 'sip:zoe@x.example', identity: 'zoe@x.example' }],
};
/** Subscribers of a domain, by its name; of the larger one there are a hundred times as many. */
const SIZES = { 'small.example': 1_000, 'large.example': 100_000 };
const DOMAINS = Object.keys(SIZES) as (keyof typeof SIZES)[];

let folder: string;
let database: Database;
let table: Table;
async function open(): Promise<void> {
  database = await startDatabase(folder);
  const client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  table = openTable(client, NAME);
}
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'divert-size-'));
  await open();
  await createTable(table.client, NAME);
  for (const domain of DOMAINS) {
    await changePolicy(table, domain, { source: {}, compiled: policy(domain) }, AUTHOR);
    const { source, compiled } = subscriber('u0000000');
    const next = { source, compiled: { ...compiled, rules: [FORWARD] } };
    await changeSubscribers(table, domain, [{ user: 'u0000000', next }], AUTHOR);
    await completeLists(table, domain);
  }
  await database.stop();
  seed();
  await open();
}, 120_000);
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true });
});

/** The one subscriber's items, and the list's, again and again under other names. */
function seed(): void {
  const file = new DatabaseSync(join(folder, 'dynamodb.sqlite'));
  const copy = (count: number, from: string, named: string, in_: string): void => {
    file
      .prepare(
        `INSERT INTO "${NAME}" (pk, sk, item_json, item_size, hash_prefix)
         WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
         SELECT replace(pk, ?, printf(?, n)), replace(sk, ?, printf(?, n)),
                replace(item_json, ?, printf(?, n)), item_size, hash_prefix
         FROM numbers, "${NAME}" WHERE ${in_}`,
      )
      .run(count, from, named, from, named, from, named);
  };
  try {
    file.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN');
    for (const [domain, count] of Object.entries(SIZES)) {
      const of = ['ROUTE', 'DOMAIN', 'DIRECTORY'].map((kind) => `pk LIKE 'S:${kind}#${domain}%'`);
      const where = `(${of.join(' OR ')}) AND item_json LIKE '%u0000000%'`;
      copy(count, 'u0000000', 'u%07d', where);
    }
    copy(20_000, 'small.example', 'd%07d.example', "pk = 'S:DOMAINS' AND sk = 'S:small.example'");
    file.exec('COMMIT; PRAGMA journal_mode = WAL');
  } finally {
    file.close();
  }
}

/** One page, and what was asked of the table for it. */
async function page(domain: string, sought: Omit<Sought<string>, 'limit'>) {
  const { seen, ...counted } = counting(table);
  const compiled = { ...policy(domain), version: 1 };
  const found = await findSubscribers<string>(counted, compiled, { limit: 100, ...sought });
  return { ...found, users: found.found.map(({ record }) => record.user), seen };
}

describe('a page reads no more of a hundred thousand than of a thousand', () => {
  const cases: [what: string, sought: Omit<Sought<string>, 'limit'>, found: number][] = [
    ['a whole name', { search: 'u0000500' }, 1],
    ['a part that all have', { search: 'u0000' }, 100],
    ['who is forwarded, where all are', { forwarded: () => 'yes' }, 100],
    ['who is forwarded, where nobody is at this hour', { forwarded: () => undefined }, 0],
  ];
  test.each(cases)('%s', async (_, sought, found) => {
    const [small, large] = await Promise.all(DOMAINS.map((domain) => page(domain, sought)));
    expect([small?.users.length, large?.users.length]).toEqual([found, found]);
    const { GetItemCommand = 0, QueryCommand = 0 } = large?.seen ?? {};
    expect(GetItemCommand).toBeLessThanOrEqual(MOST_READ.records + 3);
    expect(QueryCommand).toBeLessThanOrEqual(MOST_READ.entries / 5_000);
  });

  test('nobody: twenty thousand entries at a time, and no record', async () => {
    let after: string | undefined;
    let pages = 0;
    do {
      const { users, next, seen } = await page('large.example', { search: 'nobody', after });
      expect(users).toEqual([]);
      expect(seen.QueryCommand).toBeLessThanOrEqual(4);
      expect(seen.GetItemCommand).toBeLessThanOrEqual(3);
      after = next;
      pages += 1;
    } while (after !== undefined);
    const most = SIZES['large.example'] / MOST_READ.entries;
    expect(pages).toBeGreaterThanOrEqual(most);
    expect(pages).toBeLessThanOrEqual(most + 1);
  });

  test('domains: one query, whatever there are', async () => {
    const { seen, ...counted } = counting(table);
    const { domains, next } = await listDomains(counted, { limit: 100 });
    expect([domains.length, next]).toEqual([100, expect.any(String)]);
    expect(seen).toEqual({ QueryCommand: 1 });
  });
});
