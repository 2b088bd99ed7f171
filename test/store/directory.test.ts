import { DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Rule } from '../../functions/decide/model.ts';
import { completeLists } from '../../functions/provision/complete-lists.ts';
import {
  findSubscribers,
  MOST_READ,
  type Sought,
  searchedPart,
} from '../../functions/provision/find-subscribers.ts';
import { entryOf, isDirectoryWhole } from '../../functions/store/directory.ts';
import { changePolicy } from '../../functions/store/policies.ts';
import {
  allSubscribers,
  changeSubscribers,
  type SubscriberChange,
  type SubscriberRecord,
} from '../../functions/store/subscribers.ts';
import type { Table } from '../../functions/store/table.ts';
import { MAX_ACTIONS } from '../../functions/store/transactions.ts';
import { AUTHOR, counting, policy, rule, startTable, subscriber } from './fixtures.ts';

/** docs/admin-api.md#finding-subscribers: a page reads a bounded amount, and the directory is right. */

let table: Awaited<ReturnType<typeof startTable>>;
let domain: string;
let tests = 0;
beforeAll(async () => {
  table = await startTable();
});
beforeEach(() => {
  tests += 1;
  domain = `d${tests}.example`;
});
afterAll(() => table.database.stop());

const forward: Rule = {
  name: 'away',
  when: ['always'],
  forward: [{ uri: 'sip:zoe@x.example', identity: 'zoe@x.example' }],
};

async function directory(): Promise<Record<string, string>> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk > :mark',
      ExpressionAttributeValues: { ':pk': { S: `DIRECTORY#${domain}` }, ':mark': { S: 'A' } },
    }),
  );
  return Object.fromEntries(Items.map(({ sk, names }) => [sk?.S, names?.S]));
}

/** What it has to say, from the records. */
async function expected(): Promise<Record<string, string>> {
  const entries: [string, string][] = [];
  for await (const { compiled } of allSubscribers(table, domain)) {
    const { user, names, mayForward } = entryOf(compiled);
    entries.push([`ALL#${user}`, names]);
    if (mayForward) entries.push([`MAY#${user}`, names]);
  }
  return Object.fromEntries(entries);
}

/** As a version that knew no directory left it. */
async function forgetDirectory(): Promise<void> {
  for (const sk of [...Object.keys(await directory()), '-']) {
    await table.client.send(
      new DeleteItemCommand({
        TableName: table.name,
        Key: { pk: { S: `DIRECTORY#${domain}` }, sk: { S: sk } },
      }),
    );
  }
}

const put = (
  user: string,
  aliases: string[] = [],
  rules: readonly Rule[] = [rule()],
): SubscriberChange => {
  const { source, compiled } = subscriber(user, aliases);
  return { user, next: { source, compiled: { ...compiled, rules } } };
};

const USERS = ['ann', 'bob', 'cy'];
const NAMES = ['1001', '1002', '+4930111', ...USERS];

describe('the directory', () => {
  test('says after any changes what the records say', async () => {
    const one = fc.record({
      user: fc.constantFrom(...USERS),
      aliases: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 3 }),
      rules: fc.constantFrom([], [rule()], [forward], [{ ...forward, enabled: false as const }]),
      phone: fc.option(fc.constantFrom([], [{ ...forward, name: 'phone-always' }]), {
        nil: undefined,
      }),
      removed: fc.boolean(),
    });
    const step = fc.uniqueArray(one, { minLength: 1, maxLength: 2, selector: ({ user }) => user });
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        for (const changes of steps) {
          const made = changes.map(({ user, aliases, rules, phone, removed }) => {
            const change = put(
              user,
              aliases.filter((name) => name !== user),
              rules,
            );
            if (removed) return { user, next: undefined };
            if (phone === undefined || !change.next || !('source' in change.next)) return change;
            return { user, next: { ...change.next, phone: { settings: {}, rules: phone } } };
          });
          // A name that is another's is refused, and then nothing has changed.
          await changeSubscribers(table, domain, made, AUTHOR).then(
            () => {
              changed += 1;
            },
            (error: Error) => expect(error.name).toBe('AliasTaken'),
          );
          expect(await directory()).toEqual(await expected());
        }
      }),
      { numRuns: 40 },
    );
    expect(changed).toBeGreaterThan(20);
  });

  test('leaves room for the most names that may change at once', async () => {
    const many = (from: number) => Array.from({ length: 40 }, (_, i) => `${from + i}`);
    await changeSubscribers(table, domain, [put('ann', many(1000), [forward])], AUTHOR);
    await changeSubscribers(table, domain, [put('ann', many(2000))], AUTHOR);
    expect(await directory()).toEqual(await expected());
    expect(2 + 2 + 1 + 2 * 40).toBeLessThanOrEqual(MAX_ACTIONS);
  });

  test('is completed once for records from before it, whoever writes meanwhile', async () => {
    const users = Array.from({ length: 70 }, (_, i) => `u${100 + i}`);
    for (let i = 0; i < users.length; i += 10) {
      const changes = users.slice(i, i + 10).map((user) => put(user, [], [forward]));
      await changeSubscribers(table, domain, changes, AUTHOR);
    }
    await forgetDirectory();
    expect(await isDirectoryWhole(table, domain)).toBe(false);
    await Promise.all([
      completeLists(table, domain),
      changeSubscribers(table, domain, [put('u105', ['1001'])], AUTHOR),
      changeSubscribers(table, domain, [{ user: 'u150', next: undefined }], AUTHOR),
      changeSubscribers(table, domain, [put('new', [], [forward])], AUTHOR),
    ]);
    expect(await isDirectoryWhole(table, domain)).toBe(true);
    expect(await directory()).toEqual(await expected());
  });
});

async function pages(
  sought: Omit<Sought<string>, 'limit'> & { limit?: number },
  of = table as Table,
) {
  const compiled = { ...policy(domain), version: 1 };
  const all: string[][] = [];
  let after: string | undefined;
  do {
    const page = await findSubscribers<string>(of, compiled, { limit: 100, ...sought, after });
    all.push(page.found.map(({ record }) => record.user));
    after = page.next;
  } while (after !== undefined);
  return all;
}

const isForwarded = ({ compiled }: SubscriberRecord) =>
  entryOf(compiled).mayForward ? 'yes' : undefined;

describe.each(['with a directory', 'without'])('a search %s', (how) => {
  beforeEach(async () => {
    await changePolicy(table, domain, { source: {}, compiled: policy(domain) }, AUTHOR);
    const changes = [
      put('ann.lee', ['+49301234567', '1001']),
      put('annika', ['1002'], [forward]),
      put('bob', ['+4930123', '2001'], [forward]),
      put('lee', []),
    ];
    await changeSubscribers(table, domain, changes, AUTHOR);
    await completeLists(table, domain);
    if (how === 'without') await forgetDirectory();
  });

  test.each([
    ['ann', ['ann.lee', 'annika']],
    ['LEE', ['lee', 'ann.lee']],
    ['+49 30 123', ['bob', 'ann.lee']],
    ['030 1234-5', ['ann.lee']],
    ['0049 (0)30 123', ['ann.lee', 'bob']],
    ['100', ['ann.lee', 'annika']],
    ['2001', ['bob']],
    ['7\n1', []],
    ['nobody', []],
  ])('finds %j', async (search, users) => {
    expect((await pages({ search })).flat()).toEqual(users);
    // The same people in pages of one, whoever stands first.
    expect((await pages({ search, limit: 1 })).flat()).toEqual(users);
  });

  test('finds who is forwarded', async () => {
    expect((await pages({ forwarded: isForwarded })).flat()).toEqual(['annika', 'bob']);
    expect((await pages({ forwarded: isForwarded, search: 'ann' })).flat()).toEqual(['annika']);
  });
});

describe('a page', () => {
  test('reads a bounded amount, and goes on where it stopped', async () => {
    await changePolicy(table, domain, { source: {}, compiled: policy(domain) }, AUTHOR);
    const users = Array.from({ length: 450 }, (_, i) => `u${1000 + i}`);
    for (let i = 0; i < users.length; i += 15) {
      const changes = users.slice(i, i + 15).map((user) => put(user, [], [forward]));
      await changeSubscribers(table, domain, changes, AUTHOR);
    }
    await completeLists(table, domain);
    const one = counting(table);
    const compiled = { ...policy(domain), version: 1 };
    // Nobody is forwarded at this hour: an empty page, and more to come.
    const sought = { forwarded: () => undefined, limit: 100 };
    const page = await findSubscribers(one, compiled, sought);
    expect(page).toEqual({ found: [], next: expect.any(String) });
    // Whether there is a directory, its entries, and no more records than the bound says.
    expect(one.seen).toEqual({ GetItemCommand: 1 + MOST_READ.records, QueryCommand: 1 });
    const all = await pages({ forwarded: isForwarded });
    expect(all.flat()).toEqual(users);
    expect(all.every((found) => found.length <= 100)).toBe(true);
    // A search reads entries, and records only of those who match.
    const two = counting(table);
    expect(await pages({ search: 'u1449' }, two)).toEqual([['u1449']]);
    expect(two.seen.GetItemCommand).toBeLessThanOrEqual(4);
  });
});

test.each([
  ['030 123/4', '301234'],
  ['+49 (0)30 1', '+49301'],
  ['0049', '49'],
  ['0', '0'],
  ['Ann', 'ann'],
  ['room 012', 'room 012'],
])('looks for %j as %j', (typed, part) => {
  expect(searchedPart(typed)).toBe(part);
});
