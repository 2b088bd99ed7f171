import { domainOf, type ParsedCall } from './call.ts';
import { plainPeer, type Served } from './call-context.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Peer } from './model.ts';
import { reasonPhrase } from './reason-phrase.ts';
import { isRedirection } from './trigger.ts';

/**
 * The answer when the rules cannot be had: the call goes on to the called user. Against toll
 * fraud, their own 3xx passes only as far as it names users of their domain.
 *
 * @param peer undefined where the key could not be checked; one that has no say over the called
 *   domain is none either
 */
export function safeDecision(call: ParsedCall, peer: Peer | undefined): Decision {
  const covers = peer !== undefined && domainOf(call, peer) !== undefined;
  const served: Served = {
    peer: covers ? peer : unknownPeer(call),
    policy: undefined,
    subscriber: undefined,
    tokenKeys: undefined,
  };
  if (call.outcome === undefined) return { action: 'continue' };
  return decide(call, served, 0, 0);
}

/**
 * The same where the call itself cannot be read, or deciding failed: of a phone's own 3xx nothing
 * passes, since nobody can judge where it leads.
 *
 * @param status how the called user's leg ended; undefined where there was none
 */
export function unreadDecision(status: number | undefined): Decision {
  return status !== undefined && isRedirection(status)
    ? { action: 'reject', status: 480, reason: reasonPhrase(480) }
    : { action: 'continue' };
}

/** Stands for a peer of which nothing is known but that it asks about this call. */
function unknownPeer({ requestUri }: ParsedCall): Peer {
  const own = requestUri.scheme === 'sip' || requestUri.scheme === 'sips';
  return plainPeer('', own ? [requestUri.host] : []);
}
