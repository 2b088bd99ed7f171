import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from './world.ts';

/** `divert test`: rules are decided on files of cases, by the core and without a table. */

let world: World;
let rules: string;
beforeAll(async () => {
  world = await startWorld();
  rules = await world.file(
    'rules.yaml',
    `domain: x.example
timezone: Europe/Berlin
country: DE
targets: { allow: ["@x.example", "+49"] }
schedules: { office: { days: mon-fri, hours: "08:00-18:00" } }
subscribers:
  carol: {}
  bob:
    aliases: ["+49301234567"]
    rules:
      - { name: closed, when: always, schedule: not office, forward: carol }
      - { name: busy-out, when: busy, forward: [carol, "+4930765432"] }
      - { name: own, when: deflected, callers: [anonymous], reject: 433 }
`,
  );
});
afterAll(() => world.stop());

const OPEN = '2026-06-15T12:00'; // a Monday in Berlin
const cases = (...lines: string[]) =>
  world.file('cases.yaml', `cases:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`);

describe('divert test', () => {
  const PASSES: [string, string][] = [
    [
      'a time without an offset is the domain’s',
      `name: c, at: "2026-06-15T18:30", from: alice, to: bob, expect: { action: redirect, to: carol, rule: closed, status: 302 }`,
    ],
    [
      'a time with an offset',
      `name: c, at: "2026-06-15T15:30:00Z", from: alice, to: bob, expect: { action: continue }`,
    ],
    [
      'an outcome that is a status',
      `name: c, at: "${OPEN}", from: alice, to: bob, outcome: 486, expect: { action: redirect, to: [carol, "030 765432"] }`,
    ],
    [
      'an outcome as the webhook has it; headers',
      `name: c, at: "${OPEN}", from: anonymous, to: "sip:bob@x.example", headers: { Privacy: id }, outcome: { status: 302, contacts: ["<sip:carol@x.example>"] }, expect: { action: reject, status: 433, rule: own }`,
    ],
    [
      'a number that is dialled as in the country',
      `name: c, at: "${OPEN}", from: alice, to: "030 1234567", outcome: 600, expect: { action: redirect, to: carol }`,
    ],
  ];
  test.each(PASSES)('%s', async (_, line) => {
    const { code, out, err } = await world.divert('test', rules, await cases(line));
    expect([err, out, code]).toEqual(['', expect.stringContaining('1 passed, 0 failed'), 0]);
  });

  test('shows what was expected beside what came, and fails', async () => {
    const file = await cases(
      `name: good, at: "${OPEN}", from: alice, to: bob, expect: { action: continue }`,
      `name: bad, at: "${OPEN}", from: alice, to: bob, outcome: 486, expect: { action: redirect, to: bob, rule: night, status: 301 }`,
    );
    const { code, out } = await world.divert('test', file, rules);
    expect(code).toBe(1);
    expect(out).toBe(`✓ good
✗ bad  ${file}:3
    status: expected 301, got 302
    rule: expected night, got busy-out
    to: expected bob@x.example, got carol@x.example
1 passed, 1 failed
`);
    const github = await world.divert('test', file, rules, '--format', 'github');
    expect(github.out).toContain(
      `::error file=${file.replaceAll(':', '%3A')},line=3,col=1::bad: status`,
    );
    const json = JSON.parse((await world.divert('test', file, rules, '--json')).out);
    expect(json.map(({ passed }: { passed: boolean }) => passed)).toEqual([true, false]);
  });

  test.each([
    ['expct: { action: continue }', /unknown key 'expct'|expect/],
    ['expect: { action: forward }', /redirect/],
    ['expect: { action: continue }, at: monday', /at monday is no time like/],
    ['expect: { action: continue }, peer: sbc', /no peer sbc in the files/],
  ])('says what is wrong in a case: %s', async (rest, message) => {
    const { code, err } = await world.divert(
      'test',
      rules,
      await cases(`name: c, from: alice, to: bob, ${rest}`),
    );
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });

  test('without cases says so', async () => {
    expect((await world.divert('test', rules)).err).toContain('there are no cases');
  });
});

describe('plan', () => {
  test('tells how many cases change their answer', async () => {
    await world.divert('apply', rules, '--yes');
    const next = await world.file(
      'next.yaml',
      'domain: x.example\nsubscribers: { carol: {}, bob: { rules: [{ name: dnd, when: busy, reject: 603 }] } }\n',
    );
    const file = await cases(
      `name: busy bob, at: "${OPEN}", from: alice, to: bob, outcome: 486, expect: { action: redirect }`,
      `name: ringing bob, at: "${OPEN}", from: alice, to: bob, expect: { action: continue }`,
    );
    const { out } = await world.divert('plan', next, file);
    expect(out).toContain(
      '1 of 2 cases change their answer:\n  busy bob: reject 603 by dnd, instead of redirect 302 to carol@x.example, +4930765432 by busy-out\n',
    );
  });
});

describe('explain --file', () => {
  test('asks documents, not a table', async () => {
    const { code, out } = await world.divert(
      ...(['explain', '--file', rules, '--from', 'alice', '--to', 'bob@x.example'] as const),
      ...(['--outcome', '486'] as const),
    );
    expect([code, out]).toEqual([0, expect.stringContaining('busy-out')]);
  });
});
