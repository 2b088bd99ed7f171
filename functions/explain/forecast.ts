import { type ParsedCall, parseCall } from '../decide/call.ts';
import { plainPeer, type Served } from '../decide/call-context.ts';
import { decide } from '../decide/decide.ts';
import type { Decision, RouteRequest } from '../decide/decision.ts';
import { identityOfKey } from '../decide/identity.ts';
import {
  type Peer,
  type Policy,
  type Subscriber,
  TRIGGERS,
  type Trigger,
} from '../decide/model.ts';
import { parseNameAddr } from '../sip/name-addr.ts';
import { escapeUser, unescapeUser } from '../sip/user.ts';
import { boundaries } from './boundaries.ts';

/** What becomes of calls over a time in which the same rule decides. */
export interface Segment {
  readonly trigger: Trigger;
  /** RFC 3339, UTC; included. */
  readonly from: string;
  /** Excluded. */
  readonly to: string;
  readonly action: Decision['action'];
  readonly status?: number;
  readonly rule?: string;
  readonly layer?: Decision['layer'];
  /** As people write them, best first. */
  readonly targets: readonly string[];
}

/** More segments than these are left out. */
export const MOST_SEGMENTS = 2_000;

/** How the called user's leg ends so that a trigger applies. */
export const OUTCOME_OF: Readonly<Record<Trigger, RouteRequest['outcome']>> = {
  always: undefined,
  busy: { status: 486 },
  'no-answer': { status: 408, ringing: true },
  unreachable: { status: 404 },
  declined: { status: 603 },
  deflected: { status: 302, contacts: [] },
};

/** Everything that a forecast is made from. */
export interface Outlook {
  readonly policy: Policy;
  readonly subscriber: Subscriber;
  /** The domain's first; undefined where it has none. */
  readonly peer: Peer | undefined;
  /** Names of the domain's switches that are on. */
  readonly switches: readonly string[];
}

/**
 * For each trigger, who decides when, for a caller who is external, in no group and was not
 * diverted, when the subscriber's own address is dialled.
 *
 * @param from milliseconds since the epoch
 */
export function forecast(outlook: Outlook, from: number, to: number): Segment[] {
  const starts = boundaries(outlook.policy, outlook.subscriber, from, to);
  const segments: Segment[] = [];
  for (const trigger of TRIGGERS) {
    const ask = askerOf(outlook, trigger);
    let open: { what: Fate; from: number } | undefined;
    const close = (end: number): void => {
      if (open)
        segments.push({ trigger, from: instant(open.from), to: instant(end), ...open.what });
    };
    for (const start of starts) {
      if (segments.length >= MOST_SEGMENTS) return segments;
      const what = ask(start);
      if (open && isSame(open.what, what)) continue;
      close(start);
      open = { what, from: start };
    }
    close(to);
  }
  return segments.slice(0, MOST_SEGMENTS);
}

/** What becomes of a call at an instant. */
export type Fate = Omit<Segment, 'trigger' | 'from' | 'to'>;

const instant = (at: number): string => new Date(at).toISOString();

const isSame = (a: Fate, b: Fate): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Asks what becomes of a call at an instant. */
export function askerOf(outlook: Outlook, trigger: Trigger): (at: number) => Fate {
  const { policy, subscriber, peer, switches } = outlook;
  const { domain } = policy;
  const served: Served = {
    // Without a token: it changes nothing that is shown.
    peer: { ...(peer ?? plainPeer('', [domain])), loopToken: false },
    ...{ policy, subscriber, switches, tokenKeys: undefined },
  };
  const call = callTo(subscriber.user, domain, trigger);
  return (at) => {
    const decision = decide(call, served, at, 0);
    const { action, rule, layer } = decision;
    // Where no rule decides about a phone's own 3xx, it stands.
    const stands = trigger === 'deflected' && rule === undefined;
    return {
      action: stands ? 'continue' : action,
      ...(decision.action === 'reject' && !stands && { status: decision.status }),
      ...(rule !== undefined && { rule }),
      ...(layer !== undefined && { layer }),
      targets:
        decision.action === 'redirect' ? decision.contacts.map((one) => shown(one, domain)) : [],
    };
  };
}

function callTo(user: string, domain: string, trigger: Trigger): ParsedCall {
  const outcome = OUTCOME_OF[trigger];
  const identity = identityOfKey(user, domain);
  const requestUri = `sip:${escapeUser(user)}@${domain}${identity === user ? ';user=phone' : ''}`;
  return parseCall({
    callId: 'forecast',
    requestUri,
    from: '<sip:caller@forecast.invalid>;tag=1',
    to: `<${requestUri}>`,
    ...(outcome && { outcome }),
  });
}

/** A Contact as a person would write the target. */
function shown(contact: string, domain: string): string {
  const { uri } = parseNameAddr(contact);
  if (uri.scheme === 'tel' || uri.scheme === 'urn') return contact;
  const user = unescapeUser(uri.user ?? '');
  return uri.host === domain ? user : `sip:${user}@${uri.host}`;
}
