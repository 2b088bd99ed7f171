import type { Caller, ParsedCall } from './call.ts';
import { callerKeys, callerOf, domainOf } from './call.ts';
import type { Circumstances } from './conditions.ts';
import type { Signed } from './div-claims.ts';
import { type DiversionHistory, journeyOf } from './diversion-history.ts';
import { identitiesOf, identityOfKey, type Place } from './identity.ts';
import type { Peer, Policy, Rule, Subscriber, TokenKeys, Trigger } from './model.ts';
import { signedFor } from './passport.ts';
import { templateOf } from './template.ts';
import { triggerOf } from './trigger.ts';
import { comesFrom } from './trunk.ts';

/** What the store knows of a call. */
export interface Served {
  readonly peer: Peer;
  /** Undefined where the domain has no rules yet. */
  readonly policy: Policy | undefined;
  /** Undefined where the called user is no subscriber. */
  readonly subscriber: Subscriber | undefined;
  readonly tokenKeys: TokenKeys | undefined;
  /** Names of the domain's switches that are on; absent: none. */
  readonly switches?: readonly string[] | undefined;
  /** The subscribers behind `lookupsFor` and `callersFor`, by key. */
  readonly lookups?: ReadonlyMap<string, Subscriber | undefined> | undefined;
  /** Those of `foreignHosts` that are served here too, by other peers. */
  readonly alsoServed?: readonly string[];
}

/** One call among the rules that hold for it. */
export interface CallContext extends Circumstances {
  readonly call: ParsedCall;
  readonly peer: Peer;
  readonly subscriber: Subscriber | undefined;
  readonly lookups: Served['lookups'];
  readonly alsoServed: readonly string[];
  readonly tokenKeys: TokenKeys | undefined;
  /** Seconds since the epoch: when a token that is given out now counts as issued. */
  readonly tokenIssued: number;
  readonly place: Place;
  readonly caller: Caller;
  /** The identity that was dialled; undefined where the Request-URI names no user. */
  readonly dialled: string | undefined;
  /** The canonical identity of the served user; of what was dialled where they are no subscriber. */
  readonly aor: string | undefined;
  /** Every identity of the served user. */
  readonly names: readonly string[];
  readonly diversionHistory: DiversionHistory;
  /** The signature with which the call came for the number dialled, where the peer signs. */
  readonly signed: Signed | undefined;
}

/** A peer of which nothing is declared, and that gives out no token. */
export function plainPeer(name: string, domains: readonly string[]): Peer {
  return {
    name,
    domains,
    hosts: [],
    trunks: [],
    trustIdentity: true,
    headers: 'both',
    divertedAs: 'dialled',
    loopToken: false,
    explain: false,
  };
}

/** A domain without a rule: its own users are targets, nobody else. */
export function emptyPolicy(domain: string): Policy {
  return {
    domain,
    version: 0,
    timezone: 'UTC',
    ringSeconds: 20,
    maxDiversions: 5,
    emergency: [],
    allow: [{ is: 'domain', value: domain }],
    deny: [],
    premium: [],
    groups: {},
    calendars: {},
    schedules: {},
    first: [],
    finally: [],
  };
}

/**
 * The keys under which the store knows whether the caller is one of the domain's: only where a rule
 * that can decide now asks for it, because it costs a read of its own.
 */
export function callersFor(
  call: ParsedCall,
  peer: Peer,
  policy: Policy | undefined,
  subscriber: Subscriber | undefined,
): string[] {
  if (policy === undefined || comesFrom(call.sourceAddress, peer.trunks)) return [];
  const triggers = triggersNow(call, subscriber);
  const asks = (rule: Rule): boolean =>
    asksWhereFrom(rule) && rule.when.some((trigger) => triggers.includes(trigger));
  const own = subscriber && [subscriber.rules, subscriber.phone, templateOf(policy, subscriber)];
  const layers = [policy.first, ...(own ?? []), policy.finally];
  if (!layers.some((rules) => rules.some(asks))) return [];
  return callerKeys(call, peer, {
    domain: policy.domain,
    hosts: peer.hosts,
    plan: peer.plan ?? policy.plan,
  });
}

/** The triggers whose rules can decide now, or tell for how long it may ring. */
function triggersNow({ outcome }: ParsedCall, subscriber: Subscriber | undefined): Trigger[] {
  if (outcome === undefined) {
    return subscriber?.dnd === undefined
      ? ['always', 'no-answer']
      : ['always', 'no-answer', 'busy'];
  }
  const trigger = triggerOf(outcome.status, outcome.ringing, outcome.isup);
  return trigger === undefined ? [] : [trigger];
}

function asksWhereFrom({ callers }: Rule): boolean {
  return callers?.some(({ is }) => is === 'internal' || is === 'external') ?? false;
}

/** What the domain's own names and numbers are read by. */
function placeOf(call: ParsedCall, { peer, policy }: Served): Place {
  const domain = policy?.domain ?? domainOf(call, peer) ?? '';
  return { domain, hosts: peer.hosts, plan: peer.plan ?? policy?.plan };
}

/** Who calls. */
export function callerFor(call: ParsedCall, served: Served, place = placeOf(call, served)): Caller {
  const { peer, lookups } = served;
  const fromTrunk = comesFrom(call.sourceAddress, peer.trunks);
  return callerOf(call, peer, place, fromTrunk, (key) => lookups?.get(key) !== undefined);
}

/** @param called the key that was dialled */
export function situationOf(
  call: ParsedCall,
  called: string | undefined,
  served: Served,
  at: number,
  tokenIssued: number,
): CallContext {
  const { peer, subscriber, tokenKeys, lookups } = served;
  const place = placeOf(call, served);
  const { domain } = place;
  const policy = served.policy ?? emptyPolicy(domain);
  const dialled = called === undefined ? undefined : identityOfKey(called, domain);
  const names = subscriber
    ? identitiesOf(subscriber, domain)
    : dialled === undefined
      ? []
      : [dialled];
  const diversionHistory = journeyOf(call, place, dialled, served, at);
  return {
    call,
    peer,
    policy,
    subscriber,
    assigned: subscriber !== undefined,
    diverted: diversionHistory.diverted,
    via: peer.name,
    switches: served.switches ?? [],
    lookups,
    alsoServed: served.alsoServed ?? [],
    tokenKeys,
    tokenIssued,
    place,
    at,
    zone: subscriber?.timezone ?? policy.timezone,
    called,
    caller: callerFor(call, served, place),
    dialled,
    aor: names[0],
    names,
    signed:
      peer.stir !== undefined && dialled?.startsWith('+')
        ? signedFor(dialled, call.identityValues)
        : undefined,
    diversionHistory,
  };
}
