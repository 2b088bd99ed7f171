import type { Caller } from './call.ts';
import { hostOf, numberOf } from './identity.ts';
import type { CallerTest, Policy, Rule, Trigger } from './model.ts';
import { scheduleHolds } from './schedule.ts';
import type { ConditionSeen } from './trace.ts';

/** What a rule's conditions are held against. */
export interface Circumstances {
  readonly policy: Policy;
  readonly caller: Caller;
  /** The key that was dialled. */
  readonly called: string | undefined;
  readonly at: number;
  /** The served user's zone. */
  readonly zone: string;
}

/**
 * Whether a rule's trigger and every one of its conditions hold.
 *
 * @param seen where given, every condition is looked at and recorded
 */
export function ruleHolds(
  rule: Rule,
  trigger: Trigger,
  now: Circumstances,
  seen?: ConditionSeen[],
): boolean {
  // Most rules end here.
  if (seen === undefined && !rule.when.includes(trigger)) return false;
  let held = true;
  /** Records a condition; answers whether to go on. */
  const check = (condition: string, value: unknown, holds: boolean): boolean => {
    seen?.push({ condition, value, held: holds });
    held &&= holds;
    return held || seen !== undefined;
  };
  if (!check('when', rule.when, rule.when.includes(trigger))) return false;
  if (rule.enabled === false && !check('enabled', false, false)) return false;
  if (rule.from !== undefined && !check('from', instant(rule.from), now.at >= rule.from)) {
    return false;
  }
  if (rule.until !== undefined && !check('until', instant(rule.until), now.at < rule.until)) {
    return false;
  }
  if (rule.called !== undefined) {
    const dialled = now.called !== undefined && rule.called.includes(now.called);
    if (!check('called', rule.called, dialled)) return false;
  }
  if (rule.callers !== undefined) {
    const holds = callersHold(rule.callers, now.caller, now.policy);
    if (!check('callers', seen && rule.callers.map(written), holds)) return false;
  }
  for (const { name, not } of rule.schedules ?? []) {
    const schedule = now.policy.schedules[name];
    // A name that the policy does not have holds neither way: `not gone` must not divert calls.
    const holds =
      schedule !== undefined &&
      scheduleHolds(schedule, now.policy.calendars, now) !== (not === true);
    if (!check('schedule', not ? `not ${name}` : name, holds)) return false;
  }
  return held;
}

const instant = (at: number): string => new Date(at).toISOString();
const written = (test: CallerTest): string => test.text;

/** Positive entries are OR-ed, then every `not` must hold. */
function callersHold(tests: readonly CallerTest[], caller: Caller, policy: Policy): boolean {
  let positive = false;
  let matched = false;
  for (const test of tests) {
    if (test.not) {
      if (callerMatches(test, caller, policy)) return false;
    } else {
      positive = true;
      matched ||= callerMatches(test, caller, policy);
    }
  }
  return matched || !positive;
}

function callerMatches(test: CallerTest, caller: Caller, policy: Policy): boolean {
  switch (test.is) {
    case 'internal':
      return caller.internal;
    case 'external':
      return !caller.internal;
    case 'anonymous':
      return caller.anonymous;
    case 'group': {
      const members = policy.groups[test.name];
      return !caller.anonymous && members !== undefined && callersHold(members, caller, policy);
    }
    case 'identity':
      return named(caller, (identity) => test.values.includes(identity));
    case 'prefix':
      return named(caller, (identity) => numberOf(identity)?.startsWith(test.value) ?? false);
    case 'domain':
      return named(caller, (identity) => hostOf(identity) === test.value);
  }
}

function named(caller: Caller, test: (identity: string) => boolean): boolean {
  return !caller.anonymous && caller.identities.some(test);
}
