import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program } from '../../infra/cli/program.ts';
import { createTable } from '../../infra/local/create-table.ts';
import { startWorld, type World } from './world.ts';

/** `--json`: standard output is one JSON document with the facts of the text, whatever the command. */

/** `peers plan`, `show`: every command that does something. */
function* commandsOf(command: Command, path = ''): Generator<readonly [string, Command]> {
  for (const one of command.commands) {
    const name = `${path}${one.name()}`;
    if (one.commands.length > 0) yield* commandsOf(one, `${name} `);
    else yield [name, one];
  }
}

// What completion prints is a program for a shell.
const ALL = new Map([...commandsOf(program())].filter(([name]) => name !== 'completion'));

test.each([...ALL])('divert %s has --json', (_, command) => {
  expect(command.options.some(({ long }) => long === '--json')).toBe(true);
});

const RULES = (status: number, wrong = false) => `domain: x.example
subscribers:
  bob: { rules: [{ name: r, when: busy, reject: ${status} }] }
  carol: { rules: [{ name: r, when: busy, forward: ${wrong ? 'bbo' : 'bob'} }] }
`;
const CASES = `cases:
  - { name: bob is busy, from: alice, to: bob, outcome: 486, expect: { action: reject, status: 603 } }
`;
const PEERS = 'peers: [{ name: edge, domains: [x.example] }]\n';
const CSV = 'user,always\nann,+49301234567\n';
const FILES = {
  'first.yaml': RULES(480),
  'next.yaml': RULES(603),
  'wrong.yaml': RULES(480, true),
  'none.yaml': 'domain: x.example\nsubscribers: {}\n',
  'cases.yaml': CASES,
  'peers.yaml': PEERS,
  'desks.csv': CSV,
};
const PLACE = { stage: 'local', region: 'local', table: expect.any(String) };
const DONE = { domain: 'x.example', added: 0, changed: 1, removed: 0 };
const KEY = /^[\w-]{20,}$/;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  for (const [name, text] of Object.entries(FILES)) await world.file(name, text);
  await createTable(world.table.client, 'restored');
});
afterAll(() => world.stop());

/** In order: each is what the ones before have left. FOLDER/ stands before files; %ID for the key's id. */
const STEPS: readonly (readonly [command: string, code: number, facts: unknown])[] = [
  ['init y.example --into FOLDER/new', 0, { domain: 'y.example', written: expect.any(Array) }],
  ['check FOLDER/first.yaml', 0, []],
  ['check FOLDER/wrong.yaml', 1, [{ severity: 'error', line: 4 }]],
  ['test FOLDER/next.yaml FOLDER/cases.yaml', 0, expect.anything()],
  ['import csv FOLDER/desks.csv', 0, { domain: 'example.com', subscribers: { ann: {} } }],
  [
    'plan FOLDER/first.yaml',
    2,
    {
      ...{ ...PLACE, warnings: [] },
      plans: [
        {
          ...{ domain: 'x.example', removals: [], unchanged: 0 },
          policy: { kind: 'add' },
          changes: [
            { user: 'bob', kind: 'add', next: { rules: [{ reject: 480 }] } },
            { user: 'carol', kind: 'add' },
          ],
        },
      ],
    },
  ],
  [
    'apply FOLDER/first.yaml --yes',
    0,
    { ...PLACE, done: [{ ...DONE, policy: 'added', added: 2, changed: 0 }] },
  ],
  ['plan FOLDER/first.yaml', 0, { plans: [{ changes: [], unchanged: 2 }] }],
  ['apply FOLDER/first.yaml --yes --table restored', 0, { table: 'restored' }],
  [
    'plan FOLDER/next.yaml FOLDER/cases.yaml --out FOLDER/kept.plan',
    2,
    {
      cases: {
        asked: 1,
        changed: [{ name: 'bob is busy', before: { status: 480 }, after: { status: 603 } }],
      },
      plans: [{ changes: [{ user: 'bob', kind: 'change', before: {}, next: {} }] }],
      out: expect.stringContaining('kept.plan'),
    },
  ],
  ['apply FOLDER/kept.plan --yes', 0, { done: [DONE] }],
  [
    'apply FOLDER/none.yaml --yes',
    1,
    { plans: [{ removals: ['bob', 'carol'] }], done: [] }, // Refused, and said so on standard error.
  ],
  ['pull x.example', 0, { domain: 'x.example', subscribers: { bob: {}, carol: {} } }],
  [
    'pull x.example --into FOLDER/first.yaml FOLDER/next.yaml',
    0,
    { domain: 'x.example', files: [{ changed: true }, expect.anything()] },
  ],
  ['show bob@x.example', 0, { user: 'bob', version: 2, phone: {} }],
  ['list x.example', 0, [{ user: 'bob' }, { user: 'carol' }]],
  ['phone bob@x.example', 0, {}],
  ['calendars x.example', 0, []],
  ['history bob@x.example', 0, [{ version: 2 }, { version: 1 }]],
  ['revert bob@x.example --yes', 0, { user: 'bob', version: 1, reverted: true }],
  ['revert bob@x.example --to 2 --yes', 0, { version: 2, reverted: true }],
  [
    'restore --from-table restored --yes',
    0,
    { from: 'restored', done: [{ domain: 'x.example' }], restored: { peers: 0, switches: 0 } },
  ],
  ['forget bob@x.example --yes', 0, { user: 'bob', forgotten: expect.any(Number), remains: true }],
  ['peers plan FOLDER/peers.yaml', 2, { changes: [{ peer: 'edge', kind: 'add' }] }],
  ['peers apply FOLDER/peers.yaml --yes', 0, { changes: [{}], changed: ['edge'] }],
  ['peers plan FOLDER/peers.yaml', 0, { changes: [] }],
  ['keys add edge', 0, { peer: 'edge', key: expect.stringMatching(KEY), id: expect.any(String) }],
  ['keys rotate edge', 0, { peer: 'edge', key: expect.stringMatching(KEY), revoked: [] }],
  ['keys list', 0, { peers: [{ peer: 'edge', keys: [{}, {}] }] }],
  ['keys revoke edge %ID', 0, { peer: 'edge', revoked: [expect.any(String)] }],
  ['keys add --token', 0, { token: { id: expect.anything() } }],
  ['peers history edge', 0, expect.arrayContaining([expect.objectContaining({ version: 1 })])],
  ['peers revert edge --to 1 --yes', 0, { peer: 'edge', version: 1, reverted: true }],
  [
    'explain --from carol@x.example --to bob@x.example --outcome 486',
    0,
    { decision: { action: 'reject', status: 480 } },
  ],
];

describe('--json', () => {
  let id = '';
  test.each(STEPS)('divert %s', async (command, code, facts) => {
    const args = command.replaceAll('FOLDER', world.folder).replaceAll('%ID', id).split(' ');
    const ended = await world.divert(...args, '--json');
    expect([ended.code, ended.err]).toEqual([code, expect.any(String)]);
    const said = JSON.parse(ended.out);
    expect(said).toMatchObject(facts as object);
    if (command.startsWith('keys')) id = said.id ?? id;
  });

  test('is tried of every command; calls, which needs a log, beside its log', () => {
    const tried = [...ALL.keys()].filter((name) =>
      STEPS.some(([command]) => `${command} `.startsWith(`${name} `)),
    );
    expect([...ALL.keys()].filter((name) => !tried.includes(name))).toEqual(['calls']);
  });

  test('prints nothing where nothing was found out, and the error beside', async () => {
    const { code, out, err } = await world.divert('plan', 'none.yaml', '--json', '--stage', 'x y');
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(/^error: /)]);
  });

  test('has no comments for what was set by phone', async () => {
    const { code, out } = await world.divert('pull', 'x.example', '--phone', '--json');
    expect([code, out]).toEqual([1, '']);
  });

  test('reads a document that pull printed as one of rules', async () => {
    const { out } = await world.divert('pull', 'x.example', '--json');
    const file = await world.file('pulled.json', out);
    expect(await world.divert('plan', file)).toMatchObject({ code: 0 });
  });
});
