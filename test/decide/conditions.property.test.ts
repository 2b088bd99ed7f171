import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyPolicy } from '../../functions/decide/call-context.ts';
import {
  type Circumstances,
  conditionsSeen,
  ruleHolds,
} from '../../functions/decide/conditions.ts';
import { type CallerTest, type Rule, TRIGGERS } from '../../functions/decide/model.ts';

/** Few values, so that conditions often hold. */
const identity = fc.constantFrom('alice@example.com', 'mum@example.net', '+49301234567');
const key = fc.constantFrom('bob', '1002', '+49307654321');
const early = fc.integer({ min: 0, max: 3 });
const late = fc.integer({ min: 2, max: 5 });

const callerTest: fc.Arbitrary<CallerTest> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('internal', 'external', 'anonymous').map((is) => ({ is })),
      fc.constantFrom('family', 'gone').map((name) => ({ is: 'group', name }) as const),
      fc.array(identity, { maxLength: 2 }).map((values) => ({ is: 'identity', values }) as const),
      fc.constantFrom('+49', '+1').map((value) => ({ is: 'prefix', value }) as const),
      fc.constantFrom('example.com').map((value) => ({ is: 'domain', value }) as const),
    ),
    fc.boolean(),
  )
  .map(([entry, not]) => ({ ...entry, ...(not && { not }), text: 'as written' }) as CallerTest);

const scheduleRef = fc.record(
  { name: fc.constantFrom('ever', 'never', 'gone'), not: fc.constant(true as const) },
  { requiredKeys: ['name'] },
);

const switchRef = fc.record(
  { name: fc.constantFrom('night', 'lunch', 'gone'), not: fc.constant(true as const) },
  { requiredKeys: ['name'] },
);

const calledTest = fc.oneof(
  key,
  fc.constant({ unassigned: true } as const),
  fc.constantFrom('+4930*', '100x', '+49[13]*').map((pattern) => ({ pattern, text: pattern })),
);

const enabledRule: fc.Arbitrary<Rule> = fc.record(
  {
    name: fc.constant('rule'),
    continue: fc.constant(true as const),
    when: fc.subarray([...TRIGGERS], { minLength: 4 }),
    from: early,
    until: late,
    called: fc.array(calledTest, { maxLength: 2 }),
    diverted: fc.boolean(),
    via: fc.constantFrom(['edge', 'trunk'], ['edge']),
    switches: fc.array(switchRef, { maxLength: 1 }),
    callers: fc.array(callerTest, { maxLength: 3 }),
    schedules: fc.array(scheduleRef, { maxLength: 2 }),
  },
  { requiredKeys: ['name', 'continue', 'when'] },
);

const rule: fc.Arbitrary<Rule> = fc.oneof(
  { arbitrary: enabledRule, weight: 9 },
  { arbitrary: enabledRule.map((one) => ({ ...one, enabled: false as const })), weight: 1 },
);

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  policy: fc.constant({
    ...emptyPolicy('example.com'),
    switches: { night: {}, lunch: {} },
    groups: { family: [{ is: 'identity', values: ['mum@example.net'], text: 'mum' } as const] },
    schedules: { ever: { days: 127, hours: [[0, 1440]] }, never: { days: 0, hours: [] } } as const,
  }),
  caller: fc.record({
    identities: fc.array(identity, { maxLength: 2 }),
    hosts: fc.subarray(['example.com', 'example.net']),
    anonymous: fc.boolean(),
    internal: fc.boolean(),
  }),
  called: fc.option(key, { nil: undefined }),
  at: fc.integer({ min: 0, max: 5 }),
  zone: fc.constant('UTC'),
  assigned: fc.boolean(),
  diverted: fc.boolean(),
  via: fc.constantFrom('edge', 'trunk'),
  switches: fc.subarray(['night']),
});

test('explain shows every condition as it decides: a rule holds where all that it shows hold', () => {
  const held = { true: 0, false: 0 };
  fc.assert(
    fc.property(rule, fc.constantFrom(...TRIGGERS), circumstances, (one, trigger, now) => {
      const holds = ruleHolds(one, trigger, now);
      expect(conditionsSeen(one, trigger, now).every((condition) => condition.held)).toBe(holds);
      held[`${holds}`]++;
    }),
    { numRuns: 6000 },
  );
  expect(Math.min(held.true, held.false)).toBeGreaterThan(50);
});
