import { calledKey, type ParsedCall } from '../decide/call.ts';
import { callersFor, type Served } from '../decide/call-context.ts';
import { foreignHosts, lookupsFor } from '../decide/destinations.ts';
import { tokenOf } from '../decide/diversion-history.ts';
import type { Peer, Policy, Subscriber, TokenKeys } from '../decide/model.ts';
import { tokenKeyId } from '../decide/token.ts';
import type { ReadBudget } from './read-budget.ts';
import type { RuleCache } from './rule-cache.ts';

/** A subscriber refers to policy that the store does not give us, not even read consistently. */
export class PolicyTooOld extends Error {
  override readonly name = 'PolicyTooOld';
}

/** A call that is understood, from a peer that may ask about it. */
export interface Question {
  readonly call: ParsedCall;
  readonly peer: Peer;
  /** Of the called user; one of the peer's. */
  readonly domain: string;
}

/** An extension or a national number: only the domain's dial plan can tell its key. */
const DIALLED = /^[0-9*#]/;

/**
 * Reads everything that deciding on a call needs: warm, that is one read, of the subscriber.
 *
 * @throws PolicyTooOld, or what the reader throws
 */
export async function readRules(
  { call, peer, domain }: Question,
  ruleCache: RuleCache,
  now: number,
  reads: ReadBudget,
): Promise<Served> {
  const token = tokenOf(call);
  const needsToken = peer.loopToken || token !== undefined;
  const tokenKeysRead = needsToken ? ruleCache.tokenKeys(now, reads) : undefined;
  const policyRead = ruleCache.policy(domain, now, reads);

  // Where the policy has to be read too, the subscriber need not wait for it, unless their key does.
  let key = calledKey(call, peer, undefined);
  let subscriberRead: Promise<Subscriber | undefined> | undefined;
  if (policyRead instanceof Promise && key !== undefined && !DIALLED.test(key)) {
    subscriberRead = ruleCache.subscriber(domain, key, now, reads);
    subscriberRead.catch(() => {});
  }
  let policy = await policyRead;
  const keyInPlan = calledKey(call, peer, policy);
  if (keyInPlan !== key || subscriberRead === undefined) {
    key = keyInPlan;
    subscriberRead = key === undefined ? undefined : ruleCache.subscriber(domain, key, now, reads);
  }
  let switchesRead = policy?.switches && ruleCache.switches(domain, now, reads);
  if (switchesRead instanceof Promise) switchesRead.catch(() => {});
  const subscriber = await subscriberRead;

  if (subscriber !== undefined && subscriber.needs > (policy?.version ?? 0)) {
    policy = await ruleCache.newerPolicy(domain, now, reads);
    if (subscriber.needs > (policy?.version ?? 0)) {
      throw new PolicyTooOld(`${domain}: version ${subscriber.needs} is needed`);
    }
    switchesRead ??= policy?.switches && ruleCache.switches(domain, now, reads);
  }
  const switches = switchesRead && (await switchesRead)?.on;

  let tokenKeys = await tokenKeysRead;
  if (token !== undefined && !holds(tokenKeys, tokenKeyId(token))) {
    tokenKeys = await ruleCache.newerTokenKeys(now, reads);
  }

  const names = keysBehind(call, peer, policy, subscriber);
  const hosts = tokenKeys === undefined ? [] : foreignHosts(call, peer, policy, subscriber);
  const rules = { peer, policy, subscriber, tokenKeys, switches };
  if (names.length === 0 && hosts.length === 0) return rules;
  const [found, served] = await Promise.all([
    Promise.all(
      names.map(
        async (name) => [name, await ruleCache.subscriber(domain, name, now, reads)] as const,
      ),
    ),
    Promise.all(
      hosts.map(async (host) => ((await ruleCache.serves(host, now, reads)) ? [host] : [])),
    ),
  ]);
  return {
    ...rules,
    ...(names.length > 0 && { lookups: new Map(found) }),
    alsoServed: served.flat(),
  };
}

/**
 * The same from what this instance last read, at most 15 minutes ago; undefined where it has not
 * read enough.
 */
export function lastRules(
  { call, peer, domain }: Question,
  ruleCache: RuleCache,
  now: number,
): Served | undefined {
  const policy = ruleCache.lastPolicy(domain, now);
  if (policy === undefined) return undefined;
  const key = calledKey(call, peer, policy.value);
  const last =
    key === undefined ? { value: undefined } : ruleCache.lastSubscriber(domain, key, now);
  if (last === undefined || (last.value?.needs ?? 0) > (policy.value?.version ?? 0))
    return undefined;
  const switches = policy.value?.switches && ruleCache.lastSwitches(domain, now);
  // Rules whose switches nobody knows are not known.
  if (policy.value?.switches && switches === undefined) return undefined;
  return {
    peer,
    policy: policy.value,
    subscriber: last.value,
    tokenKeys: ruleCache.lastTokenKeys(now),
    alsoServed: foreignHosts(call, peer, policy.value, last.value).filter((host) =>
      ruleCache.lastServes(host, now),
    ),
    switches: switches?.value?.on,
    lookups: new Map(
      keysBehind(call, peer, policy.value, last.value).map((name) => [
        name,
        ruleCache.lastSubscriber(domain, name, now)?.value,
      ]),
    ),
  };
}

/** Whom deciding has to know beside the called user: most calls need nobody. */
function keysBehind(
  call: ParsedCall,
  peer: Peer,
  policy: Policy | undefined,
  subscriber: Subscriber | undefined,
): string[] {
  const targets = lookupsFor(call, peer, policy);
  const callers = callersFor(call, peer, policy, subscriber);
  return callers.length === 0 ? targets : [...new Set([...targets, ...callers])];
}

function holds(keys: TokenKeys | undefined, id: number | undefined): boolean {
  return id === undefined || keys?.current.id === id || keys?.previous?.id === id;
}
