import { describe, expect, test } from 'vitest';
import { emptyPolicy } from '../../functions/decide/call-context.ts';
import {
  type Circumstances,
  conditionsSeen,
  ruleHolds,
} from '../../functions/decide/conditions.ts';
import type { Policy, Rule, Schedule } from '../../functions/decide/model.ts';
import { scheduleHolds } from '../../functions/decide/schedule.ts';

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);
const dayOf = (text: string): number => at(`${text}T00:00:00Z`) / DAY;
const EVERY_DAY = 0b1111111;
const ALL_DAY = [[0, 1440]] as const;

const calendars: Policy['calendars'] = {
  xmas: { days: [[dayOf('2026-12-25'), dayOf('2026-12-26')]] },
  easter: { days: [[dayOf('2027-03-26'), dayOf('2027-03-29')]] },
  fair: { days: [], spans: [[at('2026-11-30T10:00:00Z'), at('2026-11-30T12:00:00Z')]] },
};
const holds = (schedule: Schedule, instant: string) =>
  scheduleHolds(schedule, calendars, { at: at(instant), zone: 'UTC' });

/** docs/semantics.md#schedule: `on` is any of its calendars, `except` none of them. */
describe('a schedule of several calendars', () => {
  const on = { days: EVERY_DAY, hours: ALL_DAY, on: ['xmas', 'easter', 'fair'] };
  const except = { days: EVERY_DAY, hours: ALL_DAY, except: ['xmas', 'easter', 'fair'] };
  test.each([
    ['2026-12-24T23:59:59Z', false],
    ['2026-12-25T00:00:00Z', true],
    ['2026-12-26T23:59:59Z', true],
    ['2026-12-27T00:00:00Z', false],
    ['2027-03-26T12:00:00Z', true],
    ['2027-03-29T12:00:00Z', true],
    ['2027-03-30T12:00:00Z', false],
    ['2026-11-30T09:59:59Z', false],
    ['2026-11-30T10:00:00Z', true],
    ['2026-11-30T12:00:00Z', false],
  ])('%s is on one of them: %s', (instant, is) => {
    expect(holds(on, instant)).toBe(is);
    expect(holds(except, instant)).toBe(!is);
  });

  test('one that the policy has not covers nothing', () => {
    expect(holds({ ...on, on: ['gone'] }, '2026-12-25T12:00:00Z')).toBe(false);
    expect(holds({ ...on, on: ['gone', 'xmas'] }, '2026-12-25T12:00:00Z')).toBe(true);
    expect(holds({ ...except, except: ['gone'] }, '2026-12-25T12:00:00Z')).toBe(true);
  });
});

/** The weekday of a window over midnight is that of its first half. 2026-11-27 is a Friday. */
test.each([
  ['2026-11-27T21:59:59Z', false],
  ['2026-11-27T22:00:00Z', true],
  ['2026-11-28T05:59:59Z', true],
  ['2026-11-28T06:00:00Z', false],
  ['2026-11-28T22:00:00Z', false],
  ['2026-11-27T05:00:00Z', false],
])('Friday 22:00 to 06:00 holds at %s: %s', (instant, is) => {
  const night = { days: 0b0010000, hours: [[1320, 1800]] } as const;
  expect(holds(night, instant)).toBe(is);
});

describe('a rule from and until', () => {
  const [FROM, UNTIL] = [at('2026-12-01T08:00:00Z'), at('2027-01-06T08:00:00Z')];
  const rule: Rule = { name: 'r', when: ['always'], from: FROM, until: UNTIL, reject: 480 };
  const now = (instant: number): Circumstances => ({
    policy: emptyPolicy('example.com'),
    caller: { identity: undefined, uri: undefined, anonymous: true, internal: false } as never,
    called: 'bob',
    at: instant,
    zone: 'UTC',
    ...{ assigned: true, diverted: false, via: 'edge', switches: [] },
  });
  test.each([
    ['a millisecond before', FROM - 1, false, true],
    ['at its first', FROM, true, true],
    ['a millisecond before its end', UNTIL - 1, true, true],
    ['at its end, which is excluded', UNTIL, true, false],
  ])('%s: what explain shows of each is what decides', (_, instant, from, until) => {
    expect(ruleHolds(rule, 'always', now(instant))).toBe(from && until);
    expect(conditionsSeen(rule, 'always', now(instant))).toEqual([
      { condition: 'when', value: ['always'], held: true },
      { condition: 'from', value: '2026-12-01T08:00:00.000Z', held: from },
      { condition: 'until', value: '2027-01-06T08:00:00.000Z', held: until },
    ]);
  });

  test('another trigger does not hold', () => {
    expect(ruleHolds(rule, 'busy', now(FROM))).toBe(false);
    expect(conditionsSeen(rule, 'busy', now(FROM))[0]).toMatchObject({ held: false });
  });

  test('one that is not enabled never holds, and explain says why', () => {
    const off: Rule = { ...rule, enabled: false };
    expect(ruleHolds(off, 'always', now(FROM))).toBe(false);
    expect(conditionsSeen(off, 'always', now(FROM))[1]).toEqual({
      condition: 'enabled',
      value: false,
      held: false,
    });
  });
});
