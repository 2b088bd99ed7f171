import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from './world.ts';

/** What a help desk asks of the command line: show, list, phone. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
  const rules = await world.file(
    'rules.yaml',
    `domain: x.example
timezone: Europe/Berlin
country: DE
targets: { allow: ["@x.example", "+49"] }
subscribers:
  ann: { aliases: ["+49301234567"] }
  bob: { aliases: ["1002"], rules: [{ name: away, when: always, forward: ann }] }
  cy: { rules: [{ name: late, when: no-answer, forward: ann }] }
`,
  );
  await world.divert('apply', rules, '--yes');
});
afterAll(() => world.stop());

const run = async (...args: string[]) => {
  const { code, out, err } = await world.divert(...args);
  return { code, out, err, json: () => JSON.parse(out) };
};

describe('divert phone', () => {
  test('shows, sets until a time, switches off and on again, and clears', async () => {
    const phone = (...args: string[]) => run('phone', 'ann@x.example', ...args);
    expect((await phone()).out).toBe('Nothing is set by phone.\n');
    const set = await phone(
      'set',
      'busy',
      '030 765432',
      '--until',
      '2026-12-01T16:00:00Z',
      '--json',
    );
    expect(set.json()).toEqual({
      busy: { to: '+4930765432', active: true, until: '2026-12-01T17:00' },
    });
    expect((await phone('off', 'busy')).out).toContain('(off)');
    expect((await phone('set', 'busy', '--json')).json().busy).toMatchObject({
      to: '+4930765432',
      active: true,
    });
    expect((await phone('set', 'dnd', '--json')).json().dnd).toEqual({ active: true });
    expect((await phone('clear', 'dnd', '--json')).json()).not.toHaveProperty('dnd');
    expect((await phone('clear')).out).toBe('Nothing is set by phone.\n');
  });

  test.each([
    [['set', 'sometimes', 'bob'], /name what to set: always, busy, no-answer, unreachable, dnd/],
    [['set', 'busy'], /where to\?/],
    [['put', 'busy', 'bob'], /'put' is neither set, clear nor off/],
    [['set', 'busy', '0900123456'], /0900123456/],
    [['set', 'always', 'ann'], /themselves/],
  ])('says what is wrong: %j', async (args, message) => {
    const { code, err } = await run('phone', 'ann@x.example', ...args);
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });
});

describe('divert show', () => {
  test('shows anybody by any of their names, and a domain', async () => {
    await run('phone', 'ann@x.example', 'set', 'busy', 'bob');
    const { out } = await run('show', '+49301234567@x.example');
    expect(out).toMatch(/^ann@x\.example, version \d+, since \w{3} 20.* by /);
    expect(out).toContain('set by phone: busy to bob\n');
    expect(out).toContain('aliases:');
    expect((await run('show', 'bob@x.example', '--json')).json()).toMatchObject({
      ...{ domain: 'x.example', user: 'bob', phone: {} },
      source: { rules: [{ name: 'away' }] },
    });
    expect((await run('show', 'x.example')).out).toContain('timezone: Europe/Berlin');
    await run('phone', 'ann@x.example', 'clear');
  });

  test('says that nobody is there', async () => {
    expect((await run('show', 'zoe@x.example')).err).toContain('no zoe@x.example is or was there');
    expect((await run('show', 'zoe')).err).toContain('no zoe@x.example is or was there');
  });

  test('needs no domain where there is one only', async () => {
    expect((await run('show', 'ann')).out).toMatch(/^ann@x\.example, /);
    expect((await run('show', '+49 30 1234567')).out).toMatch(/^ann@x\.example, /);
    expect((await run('history', 'gone.example')).err).toContain('no rules of gone.example');
  });
});

describe('divert list', () => {
  test.each([
    [[], ['ann', 'bob', 'cy']],
    [['--search', '0301'], ['ann']],
    [['--search', 'B'], ['bob']],
    [['--forwarded'], ['bob', 'cy']],
  ])('%j', async (args, users) => {
    await run('phone', 'cy@x.example', 'set', 'busy', 'bob');
    const { json } = await run('list', 'x.example', ...args, '--json');
    expect(json().map(({ user }: { user: string }) => user)).toEqual(users);
  });
});
