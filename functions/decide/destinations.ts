import type { NameAddr } from '../sip/name-addr.ts';
import { param, printUri, type SipUri, type Uri } from '../sip/uri.ts';
import { unescapeUser } from '../sip/user.ts';
import { type ParsedCall, Q_VALUE } from './call.ts';
import type { Situation } from './call-context.ts';
import { carriesDiversions, tokenOf, uriOf } from './diversion-history.ts';
import { hostOf, identitiesOf, identityOf, numberOf } from './identity.ts';
import type { Peer, Policy, SelfTarget, Subscriber, Target } from './model.ts';
import { type Destination, hostOfUri, MOST_CONTACTS } from './redirect.ts';
import { judgeTarget } from './targets.ts';
import type { TargetDropped } from './trace.ts';

/** The targets of a rule to which this call may go now, by q. */
export function destinationsOf(
  targets: readonly (Target | SelfTarget)[],
  situation: Situation,
  dropped?: TargetDropped[],
): Destination[] {
  const usable: Destination[] = [];
  for (const { target, q } of byQ(targets)) {
    if ('self' in target) {
      usable.push({ self: true, q: printQ(q), ring: target.ring });
      continue;
    }
    const names = target.names ?? [target.identity];
    const known = target.names !== undefined;
    const why = refusal(situation, target.identity, names, known, usable);
    if (why !== undefined) {
      dropped?.push({ target: target.uri, why });
      continue;
    }
    usable.push({
      uri: target.uri,
      identity: target.identity,
      known,
      q: printQ(q),
      ring: target.ring,
      mailbox: target.mailbox === true,
    });
  }
  return usable;
}

/** The Contacts of the called user's own 3xx to which this call may go, best first. */
export function deflectedTo(situation: Situation, dropped?: TargetDropped[]): Destination[] {
  const usable: Destination[] = [];
  for (const contact of situation.call.outcome?.contacts ?? []) {
    const { uri } = contact;
    const identity = uri.scheme === 'urn' ? undefined : identityOf(uri, deflectionPlace(situation));
    if (identity === undefined) {
      dropped?.push({ target: printUri(uri), why: 'names no user' });
      continue;
    }
    const subscriber = situation.lookups?.get(keyIn(identity, situation.policy.domain));
    const names = subscriber ? identitiesOf(subscriber, situation.policy.domain) : [identity];
    const known = subscriber !== undefined;
    const why = refusal(situation, identity, names, known, usable);
    if (why !== undefined) {
      dropped?.push({ target: printUri(uri), why });
      continue;
    }
    usable.push({
      uri: rewritten(uri, identity, situation),
      identity,
      known,
      q: ownQ(contact),
      ring: undefined,
      mailbox: false,
    });
  }
  return usable;
}

/** Why a target is dropped: the loop checks, the limit and the domain's `targets`. */
function refusal(
  situation: Situation,
  identity: string,
  names: readonly string[],
  known: boolean,
  taken: readonly Destination[],
): string | undefined {
  const { journey, policy, caller } = situation;
  if (journey.count >= policy.maxDiversions) {
    return `diverted ${journey.count} times already, maxDiversions is ${policy.maxDiversions}`;
  }
  if (shareOne(names, situation.names)) return 'is the called user';
  if (shareOne(names, caller.identities)) return 'is the caller';
  if (journey.visited(names)) return 'has already diverted this call';
  // RFC 3261 §8.1.3.4: a URI is in the target set once
  if (taken.some((other) => 'identity' in other && other.identity === identity))
    return 'is named twice';
  return judgeTarget(policy, identity, known);
}

function shareOne(names: readonly string[], others: readonly string[]): boolean {
  return names.some((name) => others.includes(name));
}

/**
 * The keys in the called user's own 3xx that only the store can judge, for the door to read:
 * numbers that `targets` admits only where they are a subscriber's, and, where the call has been
 * diverted before, anybody who may be one of the diverters under another name.
 */
export function lookupsFor(call: ParsedCall, peer: Peer, policy: Policy | undefined): string[] {
  if (policy === undefined || call.outcome === undefined) return [];
  const place = {
    domain: policy.domain,
    hosts: hostsOf(call.requestUri, peer),
    plan: peer.plan ?? policy.plan,
  };
  const diverted = carriesDiversions(call) || tokenOf(call) !== undefined;
  const keys = new Set<string>();
  for (const { uri } of call.outcome.contacts) {
    const identity = identityOf(uri, place);
    if (identity === undefined || !isOwn(identity, policy.domain)) continue;
    const admitted = judgeTarget(policy, identity) === undefined;
    if (admitted ? diverted : judgeTarget(policy, identity, true) === undefined) {
      keys.add(keyIn(identity, policy.domain));
    }
    if (keys.size === MOST_CONTACTS) break;
  }
  return [...keys];
}

/**
 * Hosts outside the peer's domains to which this call may be sent, for the door to ask which of
 * them are served here too: a call that comes back from there must carry its token.
 */
export function foreignHosts(
  call: ParsedCall,
  peer: Peer,
  policy: Policy | undefined,
  subscriber: Subscriber | undefined,
): string[] {
  if (policy === undefined || (!peer.loopToken && tokenOf(call) === undefined)) return [];
  const hosts = new Set<string>();
  const add = (host: string): void => {
    if (!peer.domains.includes(host) && !peer.hosts.includes(host)) hosts.add(host);
  };
  if (call.outcome !== undefined) {
    for (const { uri } of call.outcome.contacts) if ('host' in uri) add(uri.host);
  }
  for (const rules of [policy.first, subscriber?.phone, subscriber?.rules, policy.finally]) {
    for (const rule of rules ?? []) {
      if (!('forward' in rule)) continue;
      for (const target of rule.forward) if (!('self' in target)) add(hostOfUri(target.uri));
    }
  }
  hosts.delete(policy.domain);
  return [...hosts].slice(0, MOST_CONTACTS);
}

/** Whether an identity can be a subscriber's: an E.164 number, or a user of the domain. */
function isOwn(identity: string, domain: string): boolean {
  const host = hostOf(identity);
  return host === undefined || host === domain;
}

/** In a phone's own 3xx the Request-URI's host stands for the domain too. */
export function deflectionPlace(situation: Situation): Situation['place'] {
  return { ...situation.place, hosts: hostsOf(situation.call.requestUri, situation.peer) };
}

function hostsOf(requestUri: Uri, peer: Peer): string[] {
  const own = requestUri.scheme === 'sip' || requestUri.scheme === 'sips';
  return own ? [...peer.hosts, requestUri.host] : [...peer.hosts];
}

function keyIn(identity: string, domain: string): string {
  return identity.endsWith(`@${domain}`) ? identity.slice(0, -domain.length - 1) : identity;
}

/** Parameters that steer the caller's request or that this diversion gives anew. */
const NOT_KEPT = new Set(['method', 'maddr', 'transport', 'cause', 'target', 'dv', 'ttl', 'lr']);

/** A phone's Contact URI as it may be sent on: judged and sent are the same. */
function rewritten(uri: Uri, identity: string, situation: Situation): string {
  const { domain } = situation.policy;
  if (numberOf(identity) !== undefined || uri.scheme === 'tel' || uri.scheme === 'urn') {
    return uriOf(identity, domain);
  }
  const params = uri.params.filter(([name]) => !NOT_KEPT.has(unescapeUser(name).toLowerCase()));
  const kept: SipUri = {
    scheme: uri.scheme,
    host: uri.host,
    params,
    ...(uri.user !== undefined && { user: uri.user }),
    ...(uri.port !== undefined && { port: uri.port }),
  };
  if (uri.host !== domain && !deflectionPlace(situation).hosts.includes(uri.host)) {
    return printUri(kept);
  }
  // The domain's name alone says where it is: at a port of its own may be anybody.
  const { port: _, ...without } = kept;
  return printUri({ ...without, host: domain });
}

function ownQ(contact: NameAddr): string | undefined {
  const q = param(contact.params, 'q');
  return typeof q === 'string' && Q_VALUE.test(q) ? q : undefined;
}

/** Best first; where a target has no q of its own, it falls by position: 1, 0.9, 0.8, … */
function byQ<T extends Target | SelfTarget>(targets: readonly T[]): { target: T; q: number }[] {
  const ranked = targets.map((target, i) => ({ target, q: target.q ?? 1 - i / MOST_CONTACTS }));
  return ranked.length > 1 ? ranked.sort((a, b) => b.q - a.q) : ranked;
}

/** RFC 3261 §25.1 qvalue: at most three decimals; 1 is written `1.0`, as most stacks do. */
function printQ(q: number): string {
  const text = String(Math.round(Math.min(Math.max(q, 0), 1) * 1000) / 1000);
  return text === '1' ? '1.0' : text;
}
