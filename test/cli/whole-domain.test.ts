import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeSubscribers, getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { build } from '../../infra/build/bundle.ts';
import { AUTHOR } from '../store/fixtures.ts';
import { startWorld, type World, whatCallsRead } from './world.ts';

/** A domain as a whole: put back as it was, planned into a file, pulled as it was. */

const DOMAIN = 'x.example';
const COUNT = 40;

/** `status` tells one state of the rules from another. */
function rules(status: number, count = COUNT, aliases = 1): string {
  const one = (i: number) =>
    `  u${i}: { aliases: ${JSON.stringify(aliasesOf(i, aliases))}, rules: [{ when: busy, reject: ${status} }] }\n`;
  return `domain: ${DOMAIN}\nringSeconds: ${status - 460}\nsubscribers:\n${Array.from({ length: count }, (_, i) => one(i)).join('')}`;
}

const aliasesOf = (user: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${i + 1}${String(user).padStart(3, '0')}`);

let world: World;
beforeAll(() => build());
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

/** What calls read, without versions, which only grow. */
async function meaning(): Promise<string> {
  const items = [...(await whatCallsRead(world.table))].sort(([a], [b]) => (a < b ? -1 : 1));
  return meaningOf(items) as string;
}

const meaningOf = (value: unknown): string | undefined =>
  JSON.stringify(value, (key, part) => (['version', 'needs'].includes(key) ? undefined : part));

async function setByPhone(user: string): Promise<void> {
  const record = await getSubscriberRecord(world.table, DOMAIN, user);
  if (!record) throw new Error(`${user} is missing`);
  const { source, compiled } = record;
  const phone = { settings: { dnd: { active: true } }, rules: [], dnd: {} };
  const next = { source, compiled, phone };
  await changeSubscribers(world.table, DOMAIN, [{ user, next }], AUTHOR);
}

/** Applies rules, has phone settings set, and makes a mess of it. Returns how it was, and when. */
async function wreck(good = rules(480)): Promise<{ before: string; at: string }> {
  await world.divert('apply', await world.file('good.yaml', good), '--yes');
  for (const user of ['u1', 'u2']) await setByPhone(user);
  const before = await meaning();
  const at = new Date().toISOString();
  await sleep(5);
  const wrong = await world.file('wrong.yaml', rules(486, 1).replace('1000', '9999'));
  await world.divert('apply', wrong, '--yes', '--allow-removals');
  return { before, at };
}

describe('revert DOMAIN --to INSTANT', () => {
  test('puts back policy, subscribers and phone settings in one plan', async () => {
    const { before, at } = await wreck();
    expect(await meaning()).not.toBe(before);
    const { code, out } = await world.divert('revert', DOMAIN, '--to', at, '--yes');
    expect(code).toBe(0);
    expect(out).toMatch(/39 to add, 1 to change, 0 to remove/);
    expect(await meaning()).toBe(before);
  });

  test('of a moment before the domain says so', async () => {
    await wreck();
    const { code, err } = await world.divert('revert', DOMAIN, '--to', '2020-01-01', '--yes');
    expect([code, err]).toEqual([1, expect.stringMatching(/there is no domain x\.example at 20/)]);
  });
});

describe('killed at random points, each time further on, and repeated', () => {
  // A transaction takes three of so many names. Ten kills let forty through at most.
  const [MANY, ALIASES] = [180, 9];
  const many = (status: number): string => rules(status, MANY, ALIASES);
  const names = (user: number): string[] => [`u${user}`, ...aliasesOf(user, ALIASES)];

  /** Of everybody: what a call reads by each of their names. */
  async function everybody(): Promise<string[]> {
    const read = await whatCallsRead(world.table);
    return Array.from({ length: MANY }, (_, user) =>
      names(user)
        .map((name) => meaningOf(read.get(`ROUTE#${DOMAIN}#${name}`)) ?? 'nobody')
        .join(),
    );
  }

  const putBack = async (): Promise<string[]> => {
    const { at } = await wreck(many(480));
    return ['revert', DOMAIN, '--to', at, '--yes'];
  };
  const putInPlace = async (): Promise<string[]> => {
    await world.divert('apply', await world.file('old.yaml', many(480)), '--yes');
    for (const user of ['u1', 'u2']) await setByPhone(user);
    return ['apply', await world.file('new.yaml', many(486)), '--yes'];
  };

  test.each([
    ['a revert', 10, putBack],
    ['an apply', 4, putInPlace],
  ])(
    '%s leaves everybody whole, before it or after: at %i',
    { timeout: 1_800_000 },
    async (_, kills, begin) => {
      const command = await begin();
      const before = await everybody();
      const points = fc.sample(fc.integer({ min: 1, max: 3 }), kills);
      const found: string[][] = [];
      for (const point of points) {
        const { process: child, ended } = world.spawn(...command, '--concurrency', '2');
        let writes = 0;
        world.fault = (operation) => {
          if (operation !== 'TransactWriteItems' || ++writes !== point) return 'pass';
          child.kill('SIGKILL');
          return 'pass';
        };
        expect((await ended).code).toBe(-1);
        await world.quiet(); // What was under way may land after its sender's end.
        found.push(await everybody());
      }
      expect((await world.divert(...command)).code).toBe(0);
      const after = await everybody();
      for (const [i, one] of found.entries()) {
        const torn = one.filter((is, user) => is !== before[user] && is !== after[user]);
        expect(torn, `killed at writes ${points.slice(0, i + 1)}`).toEqual([]);
      }
      // The last one was killed on the way: somebody was as before, and somebody as after.
      expect(found.at(-1)?.some((is, user) => is === before[user])).toBe(true);
      expect(found.at(-1)?.some((is, user) => is === after[user])).toBe(true);
      expect(before.filter((is, user) => is === after[user])).toEqual([]);
      expect(after.filter((is) => is.includes('"dnd"'))).toHaveLength(2);
    },
  );
});

describe('pull --at', () => {
  test('prints the domain as it was', async () => {
    const { at } = await wreck();
    const { out } = await world.divert('pull', DOMAIN, '--at', at);
    expect(out).toContain('u39:');
    expect(out).not.toContain('phone');
    const { out: now } = await world.divert('pull', DOMAIN);
    expect(now).not.toContain('u39:');
  });
});

describe('plan --out and apply of it', () => {
  test('does what was reviewed', async () => {
    const file = await world.file('good.yaml', rules(480));
    const plan = `${world.folder}/plan.json`;
    expect((await world.divert('plan', file, '--out', plan)).code).toBe(2);
    await world.file('good.yaml', rules(486)); // Changed since: what was reviewed counts.
    expect((await world.divert('apply', plan, '--yes')).code).toBe(0);
    expect(JSON.stringify(await getSubscriberRecord(world.table, DOMAIN, 'u1'))).toContain('480');
    expect(JSON.parse(await readFile(plan, 'utf8'))).toMatchObject({ table: world.table.name });
  });

  test.each([
    ['somebody in it changed', () => setByPhone('u1'), /^error: u1@x\.example has changed since/m],
    [
      'the policy changed',
      async () => {
        await world.divert('apply', await world.file('p.yaml', rules(484)), '--yes');
      },
      /^error: the policy of x\.example has changed since/m,
    ],
  ])('is refused where %s', async (_, change, message) => {
    await world.divert('apply', await world.file('a.yaml', rules(480)), '--yes');
    const plan = `${world.folder}/plan.json`;
    await world.divert('plan', await world.file('b.yaml', rules(486)), '--out', plan);
    await change();
    const { code, err } = await world.divert('apply', plan, '--yes');
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });
});

describe('who comes back', () => {
  test('has their phone settings again where the operator says so', async () => {
    await wreck();
    const good = await world.file('good.yaml', rules(480));
    const plain = await world.divert('plan', good);
    expect(plain.out).toMatch(/\+ u1\n(?:.*\n)*? +had set by phone before/);
    await world.divert('apply', good, '--yes', '--restore-phone');
    const record = await getSubscriberRecord(world.table, DOMAIN, 'u1');
    expect(record?.compiled.dnd).toEqual({});
    expect((await world.divert('plan', good)).code).toBe(0);
  });
});
