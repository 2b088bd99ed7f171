import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Subscriber } from '../../functions/decide/model.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { startTable } from '../store/fixtures.ts';
import { admin, call, DOCUMENT, install, self } from './fixtures.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
  await install(
    table,
    DOCUMENT.replace('  dave:\n', '  dave:\n    aliases: ["1009", "+49309999999"]\n'),
  );
});
afterAll(() => table.database.stop());

const DAVE = '/v1/domains/example.com/subscribers/dave';
/** Of each writer: a thousand writes together. */
const ROUNDS = 500;

/**
 * How often each of two writers has written, told by two rules that name both counts: rules that
 * are partly of one write and partly of another do not agree.
 */
const rulesFor = (a: number, b: number) =>
  ['x', 'y'].map((mark) => ({ name: `${mark} ${a} ${b}`, when: 'busy', reject: 486 }));

function countsIn(rules: readonly { readonly name?: string }[]): [number, number] {
  const [x, y] = rules.map(({ name = '' }) => name.slice(2));
  if (x === undefined || x !== y) throw new Error(`a mixture: ${JSON.stringify(rules)}`);
  const [a = 0, b = 0] = x.split(' ').map(Number);
  return [a, b];
}

/** Adds one to a writer's count: reads, decides, writes, and anew whenever the other was faster. */
async function increment(writer: 0 | 1): Promise<void> {
  const as = writer === 0 ? admin('example.com') : self('sip:dave@example.com');
  for (;;) {
    const read = await call(table, `GET ${DAVE}`, { as });
    const counts = countsIn(read.body.rules);
    counts[writer]++;
    const body = { ...read.body, rules: rulesFor(...counts) };
    const headers = { 'if-match': read.headers.etag ?? '' };
    const { status } = await call(table, `PUT ${DAVE}`, { as, body, headers });
    if (status === 200) return;
    expect(status).toBe(412);
  }
}

test('two writers at once on one subscriber, a thousand times: none lost, none mixed', async () => {
  const reader = sdkReader(table.client, table.name);
  const names = ['dave', '1009', '+49309999999'];
  const seen: (Subscriber | undefined)[] = [];
  await call(table, `PATCH ${DAVE}`, {
    as: self('sip:dave@example.com'),
    body: { rules: rulesFor(0, 0) },
    headers: { 'if-match': '*' },
  });
  let done = false;
  const watch = async () => {
    for (let i = 0; !done; i++) {
      seen.push(await reader.subscriber('example.com', names[i % names.length] as string));
      await sleep(5);
    }
  };
  const writer = async (which: 0 | 1) => {
    for (let round = 0; round < ROUNDS; round++) await increment(which);
  };
  const watching = watch();
  await Promise.all([writer(0), writer(1)]).finally(() => {
    done = true;
  });
  await watching;
  const { body } = await call(table, `GET ${DAVE}`, { as: admin('example.com') });
  expect(countsIn(body.rules)).toEqual([ROUNDS, ROUNDS]);
  for (const subscriber of seen) countsIn(subscriber?.rules ?? []);
  for (const name of names) {
    const subscriber = await reader.subscriber('example.com', name);
    expect(countsIn(subscriber?.rules ?? [])).toEqual([ROUNDS, ROUNDS]);
  }
  expect(seen.length).toBeGreaterThan(100);
}, 300_000);

test('If-Match: * gets through whatever others do at once', async () => {
  const as = self('sip:dave@example.com');
  const headers = { 'if-match': '*' };
  const patches = ['always', 'busy', 'no-answer'].flatMap((feature) =>
    ['carol', '+49301112223'].map((to) =>
      call(table, `PATCH ${DAVE}/phone`, { as, headers, body: { [feature]: to } }),
    ),
  );
  const replies = await Promise.all(patches);
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
  const { body } = await call(table, `GET ${DAVE}/phone`, { as });
  expect(Object.keys(body)).toEqual(['always', 'busy', 'no-answer']);
});
