import { describe, expect, test } from 'vitest';
import { tellingInit } from '../../functions/answer/init-time.ts';
import type { DecisionLine, LogLine } from '../../functions/answer/log.ts';

const decision: DecisionLine = {
  ...{ event: 'decision', decisionId: '1', callId: 'c', action: 'continue', rules: 'read' },
  ...{ badToken: false, durationMs: 20, storeMs: 8 },
};
const refusal: LogLine = { event: 'refused', status: 401 };

/** An instance that was ready at 0 after 180 ms; `after` is when each line is logged. */
function linesOf(lines: readonly { readonly after: number; readonly line: LogLine }[]) {
  const clock = { now: 0 };
  const written: LogLine[] = [];
  const { log, ready } = tellingInit(
    (line) => written.push(line),
    () => clock.now,
  );
  ready(180);
  for (const { after, line } of lines) {
    clock.now = after;
    log(line);
  }
  return written.map((line) => ('initMs' in line ? line.initMs : undefined));
}

describe('how long an instance took to start', () => {
  test.each([
    [
      'is told by its first decision alone',
      [
        [25, decision],
        [30, decision],
      ],
      [180, undefined],
    ],
    [
      'is told after a refusal',
      [
        [5, refusal],
        [40, decision],
      ],
      [undefined, 180],
    ],
    ['does not count the time of the decision itself', [[1_015, decision]], [180]],
    [
      'is nothing that a later call waited for',
      [
        [60_000, decision],
        [60_001, decision],
      ],
      [undefined, undefined],
    ],
    ['is not told where the clock was set back', [[-60_000, decision]], [undefined]],
  ] as const)('%s', (_, calls, told) => {
    expect(linesOf(calls.map(([after, line]) => ({ after, line })))).toEqual(told);
  });
});
