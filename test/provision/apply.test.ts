import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApplyOptions, ApplyStopped, apply } from '../../functions/provision/apply/apply.ts';
import { pacer } from '../../functions/provision/apply/pace.ts';
import { type Desired, isEmpty, makePlan } from '../../functions/provision/apply/plan.ts';
import { unitsOf } from '../../functions/provision/apply/units.ts';
import { getPolicyRecord, type PolicyInput } from '../../functions/store/policies.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import {
  allSubscribers,
  changeSubscribers,
  getSubscriberRecord,
  type SubscriberInput,
} from '../../functions/store/subscribers.ts';
import { AUTHOR, policy, rule, startTable, subscriber } from '../store/fixtures.ts';

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

/** `{ bob: ['1001'] }`: users and their aliases; `mark` tells one document's rules from another's. */
function desired(
  users: Record<string, string[]>,
  { mark = 486, groups = [] as string[] } = {},
): Desired {
  const named = Object.fromEntries(groups.map((name) => [name, []]));
  const next: PolicyInput = {
    source: groups.length > 0 ? { domain, groups: named } : { domain },
    compiled: { ...policy(domain), groups: named },
  };
  const inputs = Object.entries(users).map(([user, aliases]): [string, SubscriberInput] => [
    user,
    { ...subscriber(user, aliases, mark), managedBy: 'code' },
  ]);
  return { domain, policy: next, subscribers: new Map(inputs) };
}

const applyNow = async (to: Desired, options: Partial<ApplyOptions> = {}) => {
  const plan = await makePlan(table, to);
  await apply(table, plan, { author: AUTHOR, ...options });
  return plan;
};
const kinds = (plan: Awaited<ReturnType<typeof makePlan>>) =>
  plan.subscribers.map(({ kind, user }) => `${kind} ${user}`);
const owner = async (name: string) => (await reader.subscriber(domain, name))?.user;

describe('a plan', () => {
  test('names what is added, changed and removed, and applied leaves nothing to do', async () => {
    const first = await applyNow(desired({ bob: ['1001'], carol: [], dave: [] }));
    expect(kinds(first)).toEqual(['add bob', 'add carol', 'add dave']);
    const next = desired({ bob: ['1002'], carol: [], erin: [] });
    const second = await applyNow(next);
    expect(kinds(second)).toEqual(['change bob', 'remove dave', 'add erin']);
    expect(second).toMatchObject({ unchanged: 1, policyVersion: 1 });
    expect(second.policy).toBeUndefined();
    expect(isEmpty(await makePlan(table, next))).toBe(true);
  });

  test('shows what was there, and who wrote it', async () => {
    await applyNow(desired({ bob: [] }));
    const { subscribers } = await makePlan(table, desired({ bob: [] }, { mark: 480 }));
    expect(subscribers[0]).toMatchObject({
      before: { source: subscriber('bob').source, who: 'test' },
      expect: 1,
    });
  });

  test('sees no change in another order of keys, but one in another order of rules', async () => {
    const input = (source: object, marks: number[]): Desired => {
      const { compiled } = subscriber('bob');
      const next = { source, compiled: { ...compiled, rules: marks.map(rule) } };
      return { ...desired({}), subscribers: new Map([['bob', next]]) };
    };
    await applyNow(input({ a: 1, b: 2 }, [401, 402]));
    expect(isEmpty(await makePlan(table, input({ b: 2, a: 1 }, [401, 402])))).toBe(true);
    expect(isEmpty(await makePlan(table, input({ a: 1, b: 2 }, [402, 401])))).toBe(false);
  });

  test('leaves alone who manage themselves, takes them back, and removes them', async () => {
    const own = (managedBy: 'code' | 'subscriber', mark: number): Desired => {
      const next = { ...subscriber('bob', [], mark), managedBy };
      return { ...desired({}), subscribers: new Map([['bob', next]]) };
    };
    await applyNow(own('subscriber', 401));
    expect(isEmpty(await makePlan(table, own('subscriber', 402)))).toBe(true);
    expect(kinds(await makePlan(table, own('code', 402)))).toEqual(['change bob']);
    expect(kinds(await makePlan(table, desired({})))).toEqual(['remove bob']);
  });

  test('touches no phone settings and no other domain', async () => {
    await applyNow(desired({ bob: [] }));
    const phone = { settings: { dnd: { active: true } }, rules: [], dnd: {} };
    const next = { ...subscriber('bob'), phone };
    await changeSubscribers(table, domain, [{ user: 'bob', next }], AUTHOR);
    await applyNow(desired({ bob: ['1001'] }, { mark: 480 }));
    expect(await reader.subscriber(domain, '1001')).toMatchObject({
      phone: [],
      dnd: {},
      rules: [rule(480)],
    });
    await applyNow({ ...desired({}), domain: `other.${domain}` });
    expect(await owner('bob')).toBe('bob');
  });
});

describe('the policy', () => {
  test('gains before the subscribers change, and loses after', async () => {
    await applyNow(desired({ bob: [] }, { groups: ['old'] }));
    const seen: string[][] = [];
    await applyNow(desired({ bob: [], carol: [] }, { mark: 480, groups: ['new'] }), {
      onProgress: async () => {
        seen.push(Object.keys((await reader.policy(domain))?.groups ?? {}));
      },
    });
    expect(seen[0]?.toSorted()).toEqual(['new', 'old']);
    expect((await reader.policy(domain))?.groups).toEqual({ new: [] });
    // Version 2 has both, and is what the new rules need; 3 has lost the old.
    expect(await reader.subscriber(domain, 'bob')).toMatchObject({ needs: 2 });
    expect(await getPolicyRecord(table, domain)).toMatchObject({
      version: 3,
      source: { groups: { new: [] } },
    });
  });

  test('changes once where it loses nothing', async () => {
    await applyNow(desired({}, { groups: ['old'] }));
    await applyNow(desired({}, { groups: ['old', 'new'] }));
    expect((await reader.policy(domain))?.version).toBe(2);
  });
});

describe('aliases that move', () => {
  test('move in one transaction with all that is touched', async () => {
    const before = { bob: ['1001', '1002'], carol: ['1003'], dave: [], erin: ['1004'] };
    await applyNow(desired(before));
    const after = { bob: ['1003', '1002'], carol: ['1001'], dave: ['1004'], frank: ['erin'] };
    const plan = await makePlan(table, desired(after));
    expect(unitsOf(plan.subscribers).map(({ steps }) => steps.map(({ user }) => user))).toEqual([
      ['bob', 'carol'],
      ['dave', 'erin', 'frank'],
    ]);
    await apply(table, plan, { author: AUTHOR });
    expect(await Promise.all(['1001', '1002', '1003', '1004', 'erin'].map(owner))).toEqual([
      'carol',
      'bob',
      'bob',
      'dave',
      'frank',
    ]);
  });

  test('belong to somebody at any moment, even where one transaction can not take them all', async () => {
    const users = Array.from({ length: 40 }, (_, i) => `u${i}`);
    const numbered = (shift: number) =>
      Object.fromEntries(users.map((user, i) => [user, [String(1000 + ((i + shift) % 40))]]));
    await applyNow(desired(numbered(0), { mark: 401 }));
    const plan = await makePlan(table, desired(numbered(1), { mark: 402 }));
    expect(unitsOf(plan.subscribers)).toMatchObject([{ fits: false }]);
    let applying = true;
    const watching = (async () => {
      while (applying) {
        for (const name of ['1000', '1017', '1039', 'u0']) {
          const found = await reader.subscriber(domain, name);
          expect([found?.user, ...(found?.aliases ?? [])]).toContain(name);
          expect([[rule(401)], [rule(402)]]).toContainEqual(found?.rules);
        }
      }
    })();
    await apply(table, plan, { author: AUTHOR });
    applying = false;
    await watching;
    expect(isEmpty(await makePlan(table, desired(numbered(1), { mark: 402 })))).toBe(true);
  });

  test('may take over a user name, and come from one, in a circle too large for a transaction', async () => {
    const many = Array.from({ length: 36 }, (_, i) => `u${i}`);
    const fill = (of: (i: number) => string[]) =>
      Object.fromEntries(many.map((user, i) => [user, of(i)]));
    await applyNow(desired({ ...fill((i) => [`a${i}`]), old: ['x'], alias: ['new'] }));
    const after = {
      ...fill((i) => [`a${(i + 1) % 36}`]),
      u0: ['a1', 'old'],
      u1: ['a2', 'x'],
      new: ['a0'],
      alias: [],
    };
    Object.assign(after, { u35: [] });
    await applyNow(desired(after));
    expect(isEmpty(await makePlan(table, desired(after)))).toBe(true);
    expect(await Promise.all(['old', 'x', 'new', 'a0'].map(owner))).toEqual([
      'u0',
      'u1',
      'new',
      'new',
    ]);
  });

  test('of somebody whom the plan does not touch stop it', async () => {
    const own = { ...subscriber('carol', ['1001']), managedBy: 'subscriber' as const };
    await changeSubscribers(table, domain, [{ user: 'carol', next: own }], AUTHOR);
    const to = desired({ bob: ['1001'] });
    const subscribers = new Map(to.subscribers).set('carol', { ...own, source: {} });
    await expect(applyNow({ ...to, subscribers })).rejects.toThrow(
      /alias 1001 of bob belongs to carol.*plan again/,
    );
  });
});

describe("another's change since the plan", () => {
  test.each([
    ['to a subscriber', { user: 'bob', next: subscriber('bob', [], 603) }],
    ['that removed one', { user: 'bob', next: undefined }],
    ['that added one', { user: 'dave', next: subscriber('dave', [], 603) }],
  ])('%s is not overwritten', async (_, change) => {
    await applyNow(desired({ bob: [], carol: [] }));
    const plan = await makePlan(table, desired({ bob: [], carol: [], dave: [] }, { mark: 480 }));
    await changeSubscribers(table, domain, [change], { who: 'other', from: 'api' });
    await expect(apply(table, plan, { author: AUTHOR })).rejects.toThrow(ApplyStopped);
    expect(await getSubscriberRecord(table, domain, change.user)).toEqual(
      change.next ? expect.objectContaining({ who: 'other' }) : undefined,
    );
  });

  test('to the policy stops it before anything is written', async () => {
    await applyNow(desired({ bob: [] }));
    const plan = await makePlan(table, desired({ bob: ['1'] }, { groups: ['a'] }));
    await applyNow(desired({ bob: [] }, { groups: ['b'] }));
    await expect(apply(table, plan, { author: AUTHOR })).rejects.toMatchObject({ written: 0 });
    expect(await owner('1')).toBeUndefined();
  });
});

describe('a long apply', () => {
  const users = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`u${i}`, [String(1000 + i)]]));

  test('can be interrupted, and run again does the rest', async () => {
    const stop = new AbortController();
    const interrupted = applyNow(desired(users(60)), {
      concurrency: 2,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    // Of five transactions, the two that were under way.
    await expect(interrupted).rejects.toThrow(/^interrupted; stopped after 24 subscribers/);
    const again = await applyNow(desired(users(60)));
    expect(again.subscribers).toHaveLength(36);
    expect(isEmpty(await makePlan(table, desired(users(60))))).toBe(true);
  });

  test('keeps to the rate, and makes up for no time that was not used', () => {
    const pace = pacer(10);
    const waits = [
      [1, 0],
      [1, 0],
      [3, 0],
      [1, 0],
      [1, 5000],
      [1, 5000],
    ].map(([n, now]) => pace(n ?? 0, now ?? 0));
    expect(waits).toEqual([0, 100, 200, 500, 0, 100]);
  });

  test('removes everybody too', async () => {
    await applyNow(desired(users(30)));
    await applyNow(desired({}));
    for await (const { user } of allSubscribers(table, domain)) expect(user).toBeUndefined();
    expect(await owner('1029')).toBeUndefined();
  });
});
