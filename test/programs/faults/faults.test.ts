import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENT, withTable } from './document.ts';
import { DEADLINE_MS, FAULTS } from './faults.ts';
import type { Answered } from './handlers.ts';
import type { FaultProxy } from './proxy.ts';
import { FaultBench, printTable, type Row, USERS } from './table.ts';

/** Only to find what hangs: the machine may be busy. */
const MARGIN_MS = 2_000;

let bench: FaultBench;
let rows: Row[];
beforeAll(async () => {
  bench = await FaultBench.start();
  rows = await bench.rows();
}, 120_000);
afterAll(() => bench?.stop());

const actionsOf = ({ answer }: Answered) =>
  answer.action === 'reject' ? `reject ${answer.status}` : answer.action;

describe.each(FAULTS.map((fault, i) => [fault.name, fault, i] as const))('%s', (_, fault, i) => {
  const row = () => rows[i] as Row;
  const struck = () => [...Object.values(row().cold), row().warm];

  test('every call is answered with 200, in time', () => {
    for (const { status, milliseconds } of [...struck(), row().after]) {
      expect(status).toBe(200);
      expect(milliseconds).toBeLessThan(DEADLINE_MS + MARGIN_MS);
    }
  });

  test('says whether it is degraded', () => {
    for (const { answer, line } of struck()) {
      expect(answer.degraded).toBe(fault.harmless ? undefined : true);
      expect(line.rules !== 'read').toBe(answer.degraded === true);
    }
    expect(row().after.answer).not.toHaveProperty('degraded');
  });

  test("a phone's own 302 passes to a user of the domain and to no number", () => {
    const { toUser, toNumber } = row().cold;
    expect([toUser, toNumber].map(actionsOf)).toEqual(['redirect', 'reject 480']);
  });

  test('nobody is sent where another user’s rules say', () => {
    for (const { answer } of [...struck(), row().after]) {
      for (const contact of answer.contacts ?? []) expect(contact).toContain('<sip:carol@');
      if (answer.rule !== undefined) expect(answer.rule).toBe('mine');
    }
  });

  test('at most one read more', () => {
    expect(row().reads).toBeLessThanOrEqual(2);
  });

  test('afterwards rules are read as before', () => {
    expect(row().after.answer).toMatchObject({ action: 'redirect', rule: 'mine' });
  });
});

test('docs/faults.md shows these results: `npm run faults` writes it', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  expect(withTable(document, printTable(rows))).toBe(document);
});

test('a fault of its own for each read, calls for many users at once: nobody gets another’s rules', async () => {
  const { proxy, start, ask } = await bench.instance('at random');
  await start();
  let reads = 0;
  // Every third read goes well; a proxy of its own keeps what the others are told apart.
  proxy.fault = (exchange) => {
    const fault = FAULTS[(reads++ * 7) % FAULTS.length];
    const alone = { fault: undefined, refuse: async () => {} } as unknown as FaultProxy;
    if (fault && reads % 3 !== 0) fault.arm(alone);
    return alone.fault
      ? alone.fault(exchange)
      : exchange.pass().then((body) => exchange.reply(body));
  };
  const answers = [];
  // All at once, those that hang would take every connection from the start.
  for (let round = 0; round < 8; round++) {
    const calls = USERS.map(async (user) => ({ user, ...(await ask({ status: 486 }, user)) }));
    answers.push(...(await Promise.all(calls)));
  }
  await proxy.refuse();
  const actions = new Set<string>();
  for (const { user, status, answer } of answers) {
    expect(status).toBe(200);
    actions.add(`${answer.degraded ? 'degraded ' : ''}${answer.action}`);
    for (const contact of answer.contacts ?? []) {
      expect(contact).toContain(`<sip:t${user.slice(1)}@example.com`);
    }
  }
  expect([...actions]).toEqual(expect.arrayContaining(['redirect', 'degraded continue']));
});
