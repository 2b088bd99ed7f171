/**
 * Calls through the real Kamailio, played by SIPp, compared message by message as captured.
 *
 * The webhook is scripted, so that what the edge does with any answer is seen; `real.test.ts` has the
 * reference calls against Divert itself. A and C are the callers and the target, B, D and E Bob's phones.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BASIC_CALLS } from './basic-calls.ts';
import { HARD_CALLS } from './hard-calls.ts';
import { Bench, found, inOrder, outcomes, type Result } from './scenario.ts';
import { waysToAsk } from './ways.ts';

const TABLE = { ...BASIC_CALLS, ...HARD_CALLS };

describe.each(waysToAsk())('asking with %s', (way) => {
  let bench: Bench;
  const results = new Map<string, Promise<Result>>();
  const scenarios = new Map<string, ReturnType<(typeof TABLE)[string]>>();

  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way });
    for (const [title, describeCall] of Object.entries(TABLE)) {
      const users = bench.users();
      const scenario = describeCall(users);
      scenarios.set(title, scenario);
      results.set(title, bench.run(users, scenario));
    }
    await Promise.allSettled(results.values());
  });
  afterAll(() => bench?.stop());

  test.each(Object.keys(TABLE))('%s', async (title) => {
    const { lines, failures, questions } = await found(results.get(title));
    const scenario = found(scenarios.get(title));
    expect(inOrder(lines, scenario.ladder)).toEqual(scenario.ladder.flat(2));
    expect(failures).toEqual([]);
    if (scenario.asked) expect(outcomes(questions)).toEqual(scenario.asked);
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
