import { Engine } from 'json-rules-engine';
import { parseCall } from '../../../functions/decide/call.ts';
import { emptyPolicy, plainPeer, type Served } from '../../../functions/decide/call-context.ts';
import { decide } from '../../../functions/decide/decide.ts';
import type { Rule, Subscriber } from '../../../functions/decide/model.ts';
import { fixed, median, type Part } from './result.ts';

const SIZES = [1, 10, 100, 1000];
const ROUNDS = 40;
/** Milliseconds of one round, and of what goes before so that Node has optimised both sides. */
const ROUND_MS = 20;
const WARM_UP_MS = 400;

/** The other side makes no token either; its cost is shown apart. */
const peer = plainPeer('bench', ['example.com']);
const tokenKeys = { current: { id: 1, secret: Buffer.alloc(32, 1).toString('base64') } };
const call = parseCall({
  callId: 'c',
  requestUri: 'sip:bob@example.com',
  from: '<sip:alice@example.com>;tag=1',
  to: '<sip:bob@example.com>',
  outcome: { status: 486 },
});

const caller = (i: number, size: number): string =>
  i === size - 1 ? 'alice@example.com' : `user${i}@example.com`;

/** Rules that differ in the caller only, the last of which decides. */
function ours(size: number, token = false): () => void {
  const rules = Array.from(
    { length: size },
    (_, i): Rule => ({
      name: `rule-${i}`,
      when: ['busy'],
      callers: [{ is: 'identity', values: [caller(i, size)], text: caller(i, size) }],
      forward: [{ uri: 'sip:carol@example.com', identity: 'carol@example.com' }],
    }),
  );
  const subscriber: Subscriber = {
    user: 'bob',
    aliases: ['+49301234567'],
    needs: 0,
    version: 1,
    phone: [],
    rules,
  };
  const served: Served = {
    peer: { ...peer, loopToken: token },
    policy: emptyPolicy('example.com'),
    subscriber,
    tokenKeys,
  };
  return () => {
    const decision = decide(call, served, 1e12, 1e9);
    if (decision.rule !== `rule-${size - 1}`) throw new Error('the last rule must decide');
  };
}

function theirs(size: number): () => Promise<void> {
  const engine = new Engine();
  for (let i = 0; i < size; i++) {
    engine.addRule({
      name: `rule-${i}`,
      conditions: {
        all: [
          { fact: 'trigger', operator: 'equal', value: 'busy' },
          { fact: 'caller', operator: 'equal', value: caller(i, size) },
        ],
      },
      event: { type: 'redirect', params: { to: 'sip:carol@example.com' } },
    });
  }
  return async () => {
    const { events } = await engine.run({ trigger: 'busy', caller: 'alice@example.com' });
    if (events.length !== 1) throw new Error('one rule must decide');
  };
}

/** The mean time of one run, as often as fits into `forMs`. */
async function nanoseconds(work: () => unknown, forMs = ROUND_MS): Promise<number> {
  const start = performance.now();
  let runs = 0;
  let passed = 0;
  for (; passed < forMs; passed = performance.now() - start) {
    for (const end = runs + 10; runs < end; runs++) {
      const pending = work();
      if (pending instanceof Promise) await pending;
    }
  }
  return (passed / runs) * 1e6;
}

/** Deciding alone: the same rules in json-rules-engine, in turns. */
export async function benchDecide(): Promise<Part> {
  const notes: string[] = [];
  const own = new Map<number, number>();
  const other = new Map<number, number>();
  for (const size of SIZES) {
    const pair = [ours(size), theirs(size)] as const;
    const times = [[], []] as [number[], number[]];
    for (const side of pair) await nanoseconds(side, WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round++) {
      times[0].push(await nanoseconds(pair[0]));
      times[1].push(await nanoseconds(pair[1]));
    }
    own.set(size, median(times[0]));
    other.set(size, median(times[1]));
    notes.push(
      `${size} rules: ${fixed(own.get(size) ?? 0, 0)} ns, json-rules-engine ${fixed(other.get(size) ?? 0, 0)} ns`,
    );
  }
  const token = await nanoseconds(ours(1, true), WARM_UP_MS);
  notes.push(`with the loop token, 1 rule: ${fixed(token, 0)} ns`);
  const of = (map: Map<number, number>, size: number): number => map.get(size) ?? Number.NaN;
  return {
    results: [
      {
        name: 'decide-vs-json-rules-engine',
        ratio: of(other, 10) / of(own, 10),
        op: '>=',
        aim: 50,
        method:
          'time of json-rules-engine over ours, 10 rules, the last deciding; ours includes the 302 with its headers',
      },
      {
        name: 'decide-growth',
        ratio: of(own, 1000) / of(own, 10),
        op: '<=',
        aim: 20,
        method: '1,000 rules over 10 rules',
      },
    ],
    notes,
  };
}
