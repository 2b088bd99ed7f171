/**
 * The plain variant on the ladders of divert.cfg. It cancels a phone before it asks (README.md), so that where one
 * is cancelled the 302 may overtake that phone's last messages: there the messages are compared, not their order.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BASIC_CALLS } from './basic-calls.ts';
import { HARD_CALLS } from './hard-calls.ts';
import { Bench, found, inOrder, outcomes, type Result } from './scenario.ts';

/** What README.md says that it does not do, or does otherwise. */
const CANCELS_FIRST = 'it cancels B, and asks then';
const NOT_PLAIN: Readonly<Record<string, string>> = {
  'A hangs up while Divert is asked and B rings': CANCELS_FIRST,
  "B's 200 crosses the CANCEL of the ring timer: the call connects": CANCELS_FIRST,
  'B answers while Divert is asked: the call connects': CANCELS_FIRST,
  'B never answers to the CANCEL: A has the 302 after 2 s': CANCELS_FIRST,
  'the ring timer runs out and Divert says continue: B rings on and answers': CANCELS_FIRST,
  'the ring timer runs out and Divert fails: B rings on, is busy, and nobody asks again':
    CANCELS_FIRST,
  'two phones: one sends a 302 while the other rings, and that counts when both have ended':
    'the last of several phones’ answers counts, not the best',
};
const TABLE = { ...BASIC_CALLS, ...HARD_CALLS };

describe('divert-plain.cfg', () => {
  let bench: Bench;
  const results = new Map<string, Promise<Result>>();
  const scenarios = new Map<string, ReturnType<(typeof TABLE)[string]>>();

  beforeAll(async () => {
    bench = await Bench.start({ EDGE_MODE: 'plain' });
    for (const [title, describeCall] of Object.entries(TABLE)) {
      if (title in NOT_PLAIN) continue;
      const users = bench.users();
      const scenario = describeCall(users);
      scenarios.set(title, scenario);
      results.set(title, bench.run(users, scenario));
    }
    await Promise.allSettled(results.values());
  });
  afterAll(() => bench?.stop());

  test.each(Object.keys(TABLE).filter((title) => !(title in NOT_PLAIN)))('%s', async (title) => {
    const { lines, failures, questions } = await found(results.get(title));
    const scenario = found(scenarios.get(title));
    const ladder = scenario.ladder.flat(2);
    if (ladder.some((line) => /^P>[^A] CANCEL$/.test(line)))
      expect([...lines].sort()).toEqual([...ladder].sort());
    else expect(inOrder(lines, scenario.ladder)).toEqual(ladder);
    expect(failures).toEqual([]);
    if (scenario.asked) expect(outcomes(questions)).toEqual(scenario.asked);
  });

  test.each(Object.entries(NOT_PLAIN))('not: %s (%s)', (title) => {
    expect(TABLE).toHaveProperty([title]);
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
