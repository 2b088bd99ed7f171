import type { Caller } from './call.ts';
import { numberOf } from './identity.ts';
import type { CallerTest, Policy, Rule, ScheduleRef, Trigger } from './model.ts';
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

/** Whether a rule's trigger and every one of its conditions hold. Most rules end at the first. */
export function ruleHolds(rule: Rule, trigger: Trigger, now: Circumstances): boolean {
  return (
    rule.when.includes(trigger) &&
    rule.enabled !== false &&
    (rule.from === undefined || now.at >= rule.from) &&
    (rule.until === undefined || now.at < rule.until) &&
    (rule.called === undefined || wasDialled(rule.called, now)) &&
    (rule.callers === undefined || callersHold(rule.callers, now.caller, now.policy)) &&
    (rule.schedules === undefined || rule.schedules.every((ref) => refHolds(ref, now)))
  );
}

/** Every condition that a rule has, for explain: all of them hold where {@link ruleHolds}. */
export function conditionsSeen(rule: Rule, trigger: Trigger, now: Circumstances): ConditionSeen[] {
  const seen: ConditionSeen[] = [];
  const see = (condition: string, value: unknown, held: boolean): void => {
    seen.push({ condition, value, held });
  };
  const { when, enabled, from, until, called, callers, schedules = [] } = rule;
  see('when', when, when.includes(trigger));
  if (enabled === false) see('enabled', false, false);
  if (from !== undefined) see('from', instant(from), now.at >= from);
  if (until !== undefined) see('until', instant(until), now.at < until);
  if (called !== undefined) see('called', called, wasDialled(called, now));
  if (callers !== undefined) {
    see('callers', callers.map(written), callersHold(callers, now.caller, now.policy));
  }
  for (const ref of schedules) {
    see('schedule', ref.not ? `not ${ref.name}` : ref.name, refHolds(ref, now));
  }
  return seen;
}

const instant = (at: number): string => new Date(at).toISOString();
const written = (test: CallerTest): string => test.text;

function wasDialled(keys: readonly string[], { called }: Circumstances): boolean {
  return called !== undefined && keys.includes(called);
}

/** A name that the policy does not have holds neither way: `not gone` must not divert calls. */
function refHolds({ name, not }: ScheduleRef, now: Circumstances): boolean {
  const schedule = now.policy.schedules[name];
  if (schedule === undefined) return false;
  return scheduleHolds(schedule, now.policy.calendars, now) !== (not === true);
}

/**
 * Positive entries are OR-ed, then every `not` must hold. Loops by index, here and below: an
 * iterator per rule is most of the garbage of a decision.
 */
function callersHold(tests: readonly CallerTest[], caller: Caller, policy: Policy): boolean {
  let positive = false;
  let matched = false;
  for (let i = 0; i < tests.length; i++) {
    const test = tests[i] as CallerTest;
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
  }
  // Somebody without a name is nobody that a rule names.
  if (caller.anonymous) return false;
  if (test.is === 'group') {
    const members = policy.groups[test.name];
    return members !== undefined && callersHold(members, caller, policy);
  }
  if (test.is === 'domain') return caller.hosts.includes(test.value);
  const { identities } = caller;
  for (let i = 0; i < identities.length; i++) {
    if (isNamed(test, identities[i] as string)) return true;
  }
  return false;
}

function isNamed(
  test: Extract<CallerTest, { is: 'identity' | 'prefix' }>,
  identity: string,
): boolean {
  switch (test.is) {
    case 'identity':
      return test.values.includes(identity);
    case 'prefix':
      return numberOf(identity)?.startsWith(test.value) ?? false;
  }
}
