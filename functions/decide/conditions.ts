import type { Caller } from './call.ts';
import { hostOf, numberOf } from './identity.ts';
import type { CalledTest, CallerTest, Policy, Ref, Rule, Trigger } from './model.ts';
import { matchesPattern } from './number-pattern.ts';
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
  /** Whether the called user is a subscriber. */
  readonly assigned: boolean;
  /** Whether the call was diverted before, as far as that is believed. */
  readonly diverted: boolean;
  /** The name of the peer that asks. */
  readonly via: string;
  /** Names of the domain's switches that are on. */
  readonly switches: readonly string[];
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
    (rule.diverted === undefined || rule.diverted === now.diverted) &&
    (rule.via === undefined || rule.via.includes(now.via)) &&
    (rule.switches === undefined || rule.switches.every((ref) => switchHolds(ref, now))) &&
    (rule.schedules === undefined || rule.schedules.every((ref) => scheduleRefHolds(ref, now)))
  );
}

/** Every condition that a rule has, for explain: all of them hold where {@link ruleHolds}. */
export function conditionsSeen(rule: Rule, trigger: Trigger, now: Circumstances): ConditionSeen[] {
  const seen: ConditionSeen[] = [];
  const see = (condition: string, value: unknown, held: boolean): void => {
    seen.push({ condition, value, held });
  };
  const { when, enabled, from, until, called, callers, diverted, via } = rule;
  const { switches = [], schedules = [] } = rule;
  see('when', when, when.includes(trigger));
  if (enabled === false) see('enabled', false, false);
  if (from !== undefined) see('from', instant(from), now.at >= from);
  if (until !== undefined) see('until', instant(until), now.at < until);
  if (called !== undefined) see('called', called.map(dialledText), wasDialled(called, now));
  if (callers !== undefined) {
    see('callers', callers.map(written), callersHold(callers, now.caller, now.policy));
  }
  if (diverted !== undefined) see('diverted', diverted, diverted === now.diverted);
  if (via !== undefined) see('via', via, via.includes(now.via));
  for (const ref of switches) see('switch', refText(ref), switchHolds(ref, now));
  for (const ref of schedules) see('schedule', refText(ref), scheduleRefHolds(ref, now));
  return seen;
}

const instant = (at: number): string => new Date(at).toISOString();
const written = (test: CallerTest): string => test.text;

const refText = ({ name, not }: Ref): string => (not ? `not ${name}` : name);

function dialledText(test: CalledTest): string {
  if (typeof test === 'string') return test;
  return 'unassigned' in test ? 'unassigned' : test.text;
}

function wasDialled(tests: readonly CalledTest[], { called, assigned }: Circumstances): boolean {
  if (called === undefined) return false;
  return tests.some((test) => {
    if (typeof test === 'string') return test === called;
    return 'unassigned' in test ? !assigned : matchesPattern(test.pattern, called);
  });
}

/** A name that the policy does not have holds neither way: `not gone` must not divert calls. */
function scheduleRefHolds({ name, not }: Ref, now: Circumstances): boolean {
  const schedule = now.policy.schedules[name];
  if (schedule === undefined) return false;
  return scheduleHolds(schedule, now.policy.calendars, now) !== (not === true);
}

/** The same of a switch. */
function switchHolds({ name, not }: Ref, { policy, switches }: Circumstances): boolean {
  if (policy.switches?.[name] === undefined) return false;
  return switches.includes(name) !== (not === true);
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
    case 'verified':
    case 'unverified':
      return caller.verstat === test.is;
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
    if (isNamed(test, identities[i] as string, policy.domain)) return true;
  }
  return false;
}

function isNamed(
  test: Extract<CallerTest, { is: 'identity' | 'prefix' | 'pattern' | 'extension' }>,
  identity: string,
  domain: string,
): boolean {
  switch (test.is) {
    case 'identity':
      return test.values.includes(identity);
    case 'prefix':
      return numberOf(identity)?.startsWith(test.value) ?? false;
    case 'pattern':
      return matchesPattern(test.value, numberOf(identity) ?? '');
    case 'extension':
      // A short number is of its host.
      return hostOf(identity) === domain && matchesPattern(test.value, numberOf(identity) ?? '');
  }
}
