import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Caller } from '../../functions/decide/call.ts';
import { ruleHolds } from '../../functions/decide/conditions.ts';
import { compile } from '../../functions/rules/compile.ts';
import { NOW } from './load.ts';

const member = fc.constantFrom(
  '+49301234567',
  '030 1234567',
  '1002',
  '+49*',
  '+1555*',
  '@example.net',
  '@example.com',
  'bob',
  'sip:mum@example.net',
  'sip:+15551234@example.org',
);
const caller: fc.Arbitrary<Caller> = fc.record({
  identities: fc.subarray([
    '+49301234567',
    '+49307654321',
    '+15551234',
    '1002@example.com',
    'bob@example.com',
    'mum@example.net',
    'dad@example.net',
  ]),
  hosts: fc.subarray(['example.com', 'example.net']),
  anonymous: fc.boolean(),
  internal: fc.boolean(),
});

/** Whether each rule of a document with this group holds for a call of this caller. */
function held(members: readonly string[], callers: readonly (readonly string[])[], from: Caller) {
  const { policy, problems } = compile(
    {
      domain: 'example.com',
      country: 'DE',
      groups: { group: members },
      first: callers.map((callers) => ({ when: 'always', callers, reject: 603 })),
      subscribers: { bob: { aliases: ['1002'] } },
    },
    { now: NOW },
  );
  expect(problems).toEqual([]);
  const now = {
    ...{ policy, caller: from, called: 'bob', at: NOW, zone: 'UTC' },
    ...{ assigned: true, diverted: false, via: 'edge', switches: [] },
  };
  return policy.first.map((rule) => ruleHolds(rule, 'always', now));
}

test('a group holds for whom its members hold, written one by one', () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), caller, (members, from) => {
      const negated = members.map((one) => `not ${one}`);
      const [group, not, each, notEach] = held(
        members,
        [['group'], ['not group'], members, negated],
        from,
      );
      expect([group, not]).toEqual([each, notEach]);
      seen[`${group}` as 'true' | 'false']++;
    }),
    { numRuns: 300 },
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(50);
});

test('a group without members holds for nobody', () => {
  fc.assert(
    fc.property(caller, (from) => {
      expect(held([], [['group'], ['not group']], from)).toEqual([false, true]);
    }),
  );
});
