import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeSubscribers, getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { build } from '../../infra/build/bundle.ts';
import { AUTHOR } from '../store/fixtures.ts';
import { startWorld, type World, whatCallsRead } from './world.ts';

/** A domain as a whole: put back as it was, planned into a file, pulled as it was. */

const DOMAIN = 'x.example';
const COUNT = 40;
/** So many that their writes are more than those that a command is killed at. */
const MANY = 120;

/** `status` tells one state of the rules from another. */
function rules(status: number, count = COUNT): string {
  const one = (i: number) =>
    `  u${i}: { aliases: ["1${String(i).padStart(3, '0')}"], rules: [{ when: busy, reject: ${status} }] }\n`;
  return `domain: ${DOMAIN}\nringSeconds: ${status - 460}\nsubscribers:\n${Array.from({ length: count }, (_, i) => one(i)).join('')}`;
}

let world: World;
beforeAll(() => build());
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

/** What calls read, without versions, which only grow. */
async function meaning(): Promise<string> {
  const items = [...(await whatCallsRead(world.table))].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(items, (key, value) =>
    ['version', 'needs'].includes(key) ? undefined : value,
  );
}

async function setByPhone(user: string): Promise<void> {
  const record = await getSubscriberRecord(world.table, DOMAIN, user);
  if (!record) throw new Error(`${user} is missing`);
  const { source, compiled } = record;
  const phone = { settings: { dnd: { active: true } }, rules: [], dnd: {} };
  const next = { source, compiled, phone };
  await changeSubscribers(world.table, DOMAIN, [{ user, next }], AUTHOR);
}

/** Applies rules, has phone settings set, and makes a mess of it. Returns how it was, and when. */
async function wreck(count = COUNT): Promise<{ before: string; at: string }> {
  await world.divert('apply', await world.file('good.yaml', rules(480, count)), '--yes');
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

  // Each point is after another number of writes, of what is left.
  test('killed at ten points is whole each time, and repeated does the rest', async () => {
    const { before, at } = await wreck(MANY);
    for (let i = 0; i < 10; i++) {
      const { process: child, ended } = world.spawn('revert', DOMAIN, '--to', at, '--yes');
      let writes = 0;
      world.fault = (operation) => {
        if (operation !== 'TransactWriteItems' || writes++ < i % 3) return 'pass';
        child.kill('SIGKILL');
        // Before or after the table heard of it.
        return i % 2 === 0 ? 'pass' : 'lose the answer';
      };
      expect((await ended).code).toBe(-1);
      world.fault = () => 'pass';
      const read = await whatCallsRead(world.table);
      for (let user = 1; user < MANY; user++) {
        // Under both of their names everybody is the same, or not there at all.
        const [name, number] = [`u${user}`, `1${String(user).padStart(3, '0')}`].map((key) =>
          JSON.stringify(read.get(`ROUTE#${DOMAIN}#${key}`)),
        );
        expect(number).toBe(name);
      }
    }
    expect((await world.divert('revert', DOMAIN, '--to', at, '--yes')).code).toBe(0);
    expect(await meaning()).toBe(before);
  }, 240_000);

  test('of a moment before the domain says so', async () => {
    await wreck();
    const { code, err } = await world.divert('revert', DOMAIN, '--to', '2020-01-01', '--yes');
    expect([code, err]).toEqual([1, expect.stringMatching(/there is no domain x\.example at 20/)]);
  });
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
