import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type AttributeValue,
  DeleteTableCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { putCalendarCopy } from '../../../functions/store/calendar-copies.ts';
import { createTable } from '../../../infra/local/create-table.ts';
import { type Local, startLocal } from '../../../infra/local/local.ts';
import { type Instance, startInstance } from './instance.ts';

/*
 * The table is lost. AWS restores it to a point in time under another name, `divert restore` puts
 * that back into a new table, and every user is as before.
 */

const DIVERT = fileURLToPath(new URL('../../../dist/cli/divert.mjs', import.meta.url));
const DOMAIN = 'example.com';
const RESTORED = 'divert-restored';

/** Answers nobody, as an address may on such a day. */
const ADDRESS = 'https://calendars.example.invalid/closed.ics';

const RULES = (after: number, calendars = '') => `
domain: ${DOMAIN}
${calendars}
groups: { family: ["sip:mum@example.net"] }
switches: { night: { on: "*28", off: "*29" } }
subscribers:
  bob: { aliases: ["+49301234567", "1001"], rules: [{ name: r, when: no-answer, after: ${after}, forward: carol }] }
  carol: { aliases: ["1002"], rules: [{ name: family, when: always, callers: [family], continue: true }] }
  dave: { rules: [{ name: at-night, when: always, switch: night, forward: carol }] }
  erin: {}
`;

/** What is looked at, before and after. */
const CALLS = {
  'bob is busy: their phone setting': { user: 'bob', outcome: { status: 486 } },
  'bob by their number': { user: '+49301234567', outcome: { status: 408, ringing: true } },
  'dave, by a switch that is on': { user: 'dave' },
  'erin, who has no rule': { user: 'erin' },
} as const;

type Item = Record<string, AttributeValue>;

/** One thing that the table holds, and how many of it came back. */
export interface Kept {
  readonly what: string;
  readonly before: number;
  readonly back: number;
}
/** How a call was decided: well, without the table, after the restore. */
export interface Seen {
  readonly call: string;
  readonly before: string;
  readonly lost: string;
  readonly after: string;
}
export interface Drill {
  readonly kept: readonly Kept[];
  readonly calls: readonly Seen[];
  /** What `divert restore` printed. */
  readonly printed: string;
}

/** @param say takes what is being done */
export async function tableLost(say: (step: string) => void): Promise<Drill> {
  const folder = mkdtempSync(join(tmpdir(), 'divert-drill-'));
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, RULES(20));
  let local: Local | undefined;
  const instances: Instance[] = [];
  try {
    local = await startLocal({
      ...{ documents: [file], port: 0, data: join(folder, 'data') },
      environment: { DIVERT_DEADLINE_MS: '2500' },
    });
    const { table, endpoint } = local;
    const divert = async (...args: string[]): Promise<string> => {
      const env = { ...process.env, DIVERT_DATA: join(folder, 'data') };
      const { stdout } = await promisify(execFile)(process.execPath, [DIVERT, ...args], { env });
      return stdout;
    };
    say('a table with rules, phone settings, a switch, peers with keys, history');
    await putCalendarCopy(
      ...[table, DOMAIN, ADDRESS, undefined],
      { text: '', compiled: { days: [[20_000, 20_001]] }, confirmed: new Date().toISOString() },
      { who: 'ada', from: 'apply' },
    );
    writeFileSync(file, RULES(25, `calendars: { closed: { url: "${ADDRESS}" } }`));
    await divert('apply', file, '--yes');
    await divert('phone', `bob@${DOMAIN}`, 'set', 'busy', 'carol');
    const operator = await local.token({
      ...{ sub: 'ada', 'divert:role': 'admin', 'divert:domains': ['*'] },
    });
    const admin = async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' };
      const init = {
        method,
        headers: { ...headers, ...(method === 'PUT' && { 'if-match': '*' }) },
      };
      const url = `${local?.url}/v1/${path}`;
      const response = await fetch(url, { ...init, ...(body && { body: JSON.stringify(body) }) });
      if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
      return (await response.json()) as Record<string, string>;
    };
    await admin('PUT', `domains/${DOMAIN}/switches/night`, { on: true });
    await divert('peers', 'apply', peersFile(folder), '--yes');
    const { key = '' } = await admin('POST', 'peers/carrier/keys');

    const instance = await startInstance(endpoint);
    instances.push(instance);
    const before = await decide(instance, key);
    const held = await itemsOf(local, table.name);

    say('the table is deleted');
    await table.client.send(new DeleteTableCommand({ TableName: table.name }));
    const lost = await decide(instance, key);

    say(`AWS restores it as ${RESTORED}; a new table is made, and divert restore run`);
    await createTable(table.client, RESTORED);
    for (const Item of held) {
      await table.client.send(new PutItemCommand({ TableName: RESTORED, Item }));
    }
    await createTable(table.client, table.name);
    const printed = await divert('restore', '--from-table', RESTORED, '--yes');

    say('a new instance decides with the same key');
    const fresh = await startInstance(endpoint);
    instances.push(fresh);
    const after = await decide(fresh, key);
    const calls = Object.keys(CALLS).map((call) => ({
      ...{ call, before: before[call] ?? '', lost: lost[call] ?? '', after: after[call] ?? '' },
    }));
    return { kept: comparison(held, await itemsOf(local, table.name)), calls, printed };
  } finally {
    for (const instance of instances) await instance.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function peersFile(folder: string): string {
  const file = join(folder, 'peers.yaml');
  writeFileSync(file, `peers:\n  - { name: carrier, domains: [${DOMAIN}] }\n`);
  return file;
}

async function decide(instance: Instance, key: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, { user, ...more }] of Object.entries(CALLS)) {
    const answer = await instance.ask(key, {
      callId: name,
      requestUri: `sip:${user}@${DOMAIN}`,
      from: '<sip:frank@example.net>;tag=1',
      to: `<sip:${user}@${DOMAIN}>`,
      ...more,
    });
    const to = answer.contacts?.map((contact) => /^<sip:([^@;]+)/.exec(contact)?.[1]).join(', ');
    const said = to === undefined ? answer.action : `${answer.action} to ${to}`;
    found[name] = answer.degraded ? `*${said}*` : said;
  }
  return found;
}

async function itemsOf({ table }: Local, name: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({ TableName: name, ...(start && { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** By the beginning of their keys: functions/store/keys.ts. */
const KINDS: readonly (readonly [what: string, is: RegExp])[] = [
  ['rules and phone settings, as calls read them', /^ROUTE#/],
  ['policy, as calls read it', /^POLICY#/],
  ["peers' keys, as calls read them", /^PEERKEY#/],
  ['switches', /^SWITCHES#/],
  ['keys of the loop token', /^TOKEN$/],
  ['the key by which calls are searched', /^SEARCH$/],
  ['what people wrote: rules, phone settings, policy', /^DOMAINS?(#|$)/],
  ['what people wrote: peers', /^PEERS$/],
  ['the directory, for lists', /^DIRECTORY#/],
  ['history', /^HISTORY#/],
  ['copies of calendars', /^CALENDARS#/],
];

function comparison(before: readonly Item[], after: readonly Item[]): Kept[] {
  const back = new Map(after.map((item) => [keyOf(item), meaning(item)]));
  const strange = before.find(({ pk }) => !KINDS.some(([, is]) => is.test(pk?.S ?? '')));
  if (strange) throw new Error(`the drill does not know of ${strange.pk?.S}`);
  return KINDS.map(([what, is]) => {
    const held = before.filter(({ pk }) => is.test(pk?.S ?? ''));
    const same = held.filter((item) => back.get(keyOf(item)) === meaning(item));
    return { what, before: held.length, back: same.length };
  });
}

const keyOf = ({ pk, sk }: Item): string => `${pk?.S} ${sk?.S}`;

/** Versions go on, and who restored it when is new: the rest is what was there. */
const STAMPS = new Set(['version', 'at', 'who', 'from', 'needs']);

/** What an item says; of history every byte, and not whether it is a copy. */
function meaning(item: Item): string {
  const isHistory = item.pk?.S?.startsWith('HISTORY#');
  const said = Object.entries(item)
    .filter(([name]) => !(isHistory && name === 'copied'))
    // No phone settings may stand there as none, or as an empty object.
    .filter(([name, { S }]) => isHistory || !(STAMPS.has(name) || (name === 'phone' && S === '{}')))
    .map(([name, { S, ...rest }]) => [
      name,
      isHistory || S === undefined ? { S, ...rest } : unstamped(S),
    ]);
  return JSON.stringify(said.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

/** Of a text that is JSON, the same without stamps. */
function unstamped(text: string): unknown {
  if (!text.startsWith('{')) return text;
  return JSON.parse(text, (name, value) => (STAMPS.has(name) ? undefined : value));
}
