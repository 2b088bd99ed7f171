import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSubscribers } from '../../functions/store/subscribers.ts';
import { startWorld, type World } from './world.ts';

/** A change that takes away many is refused, whatever else is given: docs/rules-as-code.md. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** A document of `count` subscribers, of whom the first `idle` have no rule. */
function rules(domain: string, count: number, idle = 0): string {
  const one = (i: number) =>
    `  u${i}: {${i < idle ? '' : ' rules: [{ when: busy, forward: vm }]'} }\n`;
  const all = Array.from({ length: count }, (_, i) => one(i)).join('');
  return `domain: ${domain}\nsubscribers:\n  vm: {}\n${all}`;
}
const users = async (domain: string) => {
  const names = [];
  for await (const { records } of pages(domain)) names.push(...records);
  return names.length;
};
async function* pages(domain: string) {
  let after: string | undefined;
  do {
    const page = await listSubscribers(world.table, domain, after === undefined ? {} : { after });
    yield page;
    after = page.next;
  } while (after !== undefined);
}

describe('apply refuses a wrong file', () => {
  const CASES: [
    name: string,
    count: number,
    next: [count: number, idle: number],
    refused: boolean,
  ][] = [
    ['two of a hundred may go', 100, [98, 0], false],
    ['three of thirty are a tenth', 29, [26, 0], false],
    ['four of thirty are more', 29, [25, 0], true],
    ['two of three may go', 2, [0, 0], false],
    ['who loses every rule counts as gone', 29, [29, 4], true],
    ['adding and changing is never refused', 29, [60, 0], false],
  ];
  test.each(CASES)('%s', async (name, count, [left, idle], refused) => {
    const domain = `${name.replaceAll(/[^a-z]/g, '')}.example`;
    const first = await world.file('first.yaml', rules(domain, count));
    const second = await world.file('second.yaml', rules(domain, left, idle));
    expect((await world.divert('apply', first, '--yes')).code).toBe(0);
    const { code, err } = await world.divert('apply', second, '--yes');
    expect(code).toBe(refused ? 1 : 0);
    expect(err.includes('--allow-removals')).toBe(refused);
    expect(await users(domain)).toBe((refused ? count : left) + 1);
    if (refused) {
      expect((await world.divert('apply', second, '--yes', '--allow-removals')).code).toBe(0);
      expect(await users(domain)).toBe(left + 1);
    }
  });

  test('4,999 of 5,000, by a file that has one', async () => {
    const all = await world.file('all.yaml', rules('wrong.example', 4999));
    await world.divert('apply', all, '--yes');
    const one = await world.file('one.yaml', rules('wrong.example', 0));
    const { code, err, out } = await world.divert('apply', one, '--yes');
    expect(code).toBe(1);
    expect(err).toContain(
      'wrong.example: 4999 of 5000 subscribers would lose their rules (u0, u1, u10, u100, u1000, u1001 and 4993 more)',
    );
    expect(out).toContain('4999 to remove');
    expect(await users('wrong.example')).toBe(5000);
  });
});
