import { isAddress } from '../sip/host.ts';
import type { NameAddr } from '../sip/name-addr.ts';
import { param, parseUri, printUri, type Uri } from '../sip/uri.ts';
import { escapeUser, isNumber, unescapeUser, userText } from '../sip/user.ts';
import { type ParsedCall, Q_VALUE } from './call.ts';
import type { CallContext } from './call-context.ts';
import { carriesDiversions, tokenOf, uriOf } from './diversion-history.ts';
import type { DropReason } from './drop-reason.ts';
import { addressOf, contextHost, hostOf, identitiesOf, identityOf, numberOf } from './identity.ts';
import type { Peer, Policy, SelfTarget, Subscriber, Target } from './model.ts';
import { type Destination, hostOfUri, MOST_CONTACTS } from './redirect.ts';
import { judgeTarget, keepsHost } from './targets.ts';
import { templateOf } from './template.ts';
import type { TargetDropped } from './trace.ts';

/** The targets of a rule to which this call may go now, by q. */
export function destinationsOf(
  targets: readonly (Target | SelfTarget)[],
  context: CallContext,
  dropped?: TargetDropped[],
): Destination[] {
  const usable: Destination[] = [];
  for (const { target: written, q } of byQ(targets)) {
    if ('self' in written) {
      usable.push({ self: true, q: printQ(q), ring: written.ring });
      continue;
    }
    const perUser = written.identity.startsWith(CALLED_USER);
    const target = perUser ? forUser(written, context) : written;
    const names = target.names ?? [target.identity];
    const known = target.names !== undefined;
    const host = perUser ? hostOfUri(target.uri) : undefined;
    const why = refusal(context, target.identity, names, known, usable, host);
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

/** What stands for the called user in a target's URI. */
export const CALLED_USER = '{user}';

/** A target with the called user's canonical name, or what was dialled where they are nobody. */
function forUser(target: Target, { subscriber, called = '', policy }: CallContext): Target {
  const user = escapeUser(subscriber?.user ?? called);
  // As it is: a `$` in a text to be put in would mean something.
  const uri = target.uri.replace(CALLED_USER, () => user);
  const place = { domain: policy.domain, hosts: [], plan: policy.plan };
  return { ...target, uri, identity: identityOf(parseUri(uri), place) ?? '' };
}

/** The Contacts of the called user's own 3xx to which this call may go, best first. */
export function deflectedTo(context: CallContext, dropped?: TargetDropped[]): Destination[] {
  const usable: Destination[] = [];
  const place = deflectionPlace(context);
  const { domain } = context.policy;
  for (const contact of context.call.outcome?.contacts ?? []) {
    const uri = atHome(contact.uri, context.policy);
    const identity = uri.scheme === 'urn' ? undefined : identityOf(uri, place);
    if (identity === undefined) {
      dropped?.push({ target: printUri(uri), why: 'no-user' });
      continue;
    }
    const key = keyIn(identity, domain);
    const subscriber = context.lookups?.get(key);
    const names = subscriber ? identitiesOf(subscriber, domain) : [identity];
    const known = subscriber !== undefined;
    const host = hostIn(uri, place);
    const why = refusal(context, identity, names, known, usable, host);
    if (why !== undefined) {
      dropped?.push({ target: printUri(uri), why });
      continue;
    }
    usable.push({
      uri:
        subscriber?.user === key
          ? addressOf(subscriber, domain)
          : rewritten(uri, identity, context, host),
      identity,
      known,
      q: ownQ(contact),
      ring: undefined,
      mailbox: false,
    });
  }
  return usable;
}

/** A number at the address that a phone has of its PBX is one of the domain. */
function atHome(uri: Uri, policy: Policy): Uri {
  if (uri.scheme === 'tel' || uri.scheme === 'urn' || !isAddress(uri.host)) return uri;
  if (!isNumber(userText(uri.user ?? '')) || keepsHost(policy, uri.host)) return uri;
  return { ...uri, host: policy.domain };
}

/** Where a Contact's user is: the domain, for what stands for it, or another host. */
function hostIn(uri: Uri, { domain, hosts }: CallContext['place']): string {
  if (uri.scheme === 'urn') return domain;
  const host = contextHost(uri) ?? (uri.scheme === 'tel' ? domain : uri.host);
  return hosts.includes(host) ? domain : host;
}

/** Why a target is dropped: the loop checks, the limit and the domain's `targets`. */
function refusal(
  context: CallContext,
  identity: string,
  names: readonly string[],
  known: boolean,
  taken: readonly Destination[],
  host?: string,
): DropReason | undefined {
  const { diversionHistory, policy, caller } = context;
  if (diversionHistory.count >= policy.maxDiversions) {
    return 'max-diversions';
  }
  if (shareOne(names, context.names)) return 'called-user';
  if (shareOne(names, caller.identities)) return 'caller';
  if (diversionHistory.visited(names)) return 'loop';
  // RFC 3261 §8.1.3.4: a URI is in the target set once
  if (taken.some((other) => 'identity' in other && other.identity === identity)) return 'duplicate';
  return judgeTarget(policy, identity, known, host);
}

function shareOne(names: readonly string[], others: readonly string[]): boolean {
  return names.some((name) => others.includes(name));
}

/**
 * The keys in the called user's own 3xx that only the store can judge, for the door to read: what
 * `targets` admits only where it is a subscriber's, numbers, because a subscriber who is named by
 * digits is addressed as their name is spelt, and, where the call has been diverted before, anybody
 * who may be one of the diverters under another name.
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
  for (const contact of call.outcome.contacts) {
    const uri = atHome(contact.uri, policy);
    const identity = identityOf(uri, place);
    if (identity === undefined || !isOwn(identity, policy.domain)) continue;
    const admitted = judgeTarget(policy, identity, false, hostIn(uri, place)) === undefined;
    const ask = diverted || numberOf(identity) !== undefined;
    if (admitted ? ask : judgeTarget(policy, identity, true) === undefined) {
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
  const own = [subscriber?.phone, subscriber?.rules, templateOf(policy, subscriber)];
  for (const rules of [policy.first, ...own, policy.finally]) {
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
export function deflectionPlace(context: CallContext): CallContext['place'] {
  return { ...context.place, hosts: hostsOf(context.call.requestUri, context.peer) };
}

function hostsOf(requestUri: Uri, peer: Peer): string[] {
  const own = requestUri.scheme === 'sip' || requestUri.scheme === 'sips';
  return own ? [...peer.hosts, requestUri.host] : [...peer.hosts];
}

function keyIn(identity: string, domain: string): string {
  return identity.endsWith(`@${domain}`) ? identity.slice(0, -domain.length - 1) : identity;
}

/**
 * Parameters that steer the caller's request, that make a gateway dial something else, or that this
 * diversion gives anew.
 */
export const STEERING_PARAMS: ReadonlySet<string> = new Set([
  ...['method', 'maddr', 'transport', 'ttl', 'lr', 'cause', 'target', 'dv'],
  // RFC 3261 §19.1.1, RFC 3966, RFC 4694, RFC 4904
  ...['user', 'phone-context', 'ext', 'isub', 'postd', 'rn', 'rn-context', 'npdi', 'cic'],
  ...['cic-context', 'tgrp', 'trunk-context'],
]);

/** A phone's Contact URI as it may be sent on: judged and sent are the same. */
function rewritten(uri: Uri, identity: string, { policy }: CallContext, host: string): string {
  const { domain } = policy;
  if (uri.scheme === 'tel' || uri.scheme === 'urn') return uriOf(identity, domain);
  const number = numberOf(identity);
  const isOwn = host === domain;
  if (number !== undefined && !keepsHost(policy, host)) return uriOf(identity, domain);
  const params = uri.params.filter(
    ([name]) => !STEERING_PARAMS.has(unescapeUser(name).toLowerCase()),
  );
  return printUri({
    scheme: uri.scheme,
    user: number ?? escapeUser(userText(uri.user ?? '')),
    host,
    // The domain is where its edge is, whatever service listens beside it.
    ...(!isOwn && host === uri.host && uri.port !== undefined && { port: uri.port }),
    params: number?.startsWith('+') ? [['user', 'phone'], ...params] : params,
  });
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
