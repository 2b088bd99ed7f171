import { isAddress } from '../sip/host.ts';
import { param, printUri, type SipUri, type TelUri } from '../sip/uri.ts';
import { escapeUser, stripSeparators, unescapeUser } from '../sip/user.ts';
import { type Caller, calledKey, isEmergencyService, type ParsedCall, Q_VALUE } from './call.ts';
import { type CallContext, callerFor, type Served, situationOf } from './call-context.ts';
import { conditionsSeen, ruleHolds } from './conditions.ts';
import { type Decision, LAYERS, type Layer } from './decision.ts';
import { deflectedTo, deflectionPlace, destinationsOf } from './destinations.ts';
import { type FollowBranch, followOf } from './follow.ts';
import { identityOf } from './identity.ts';
import type { DoNotDisturb, Peer, Policy, Rule, Trigger } from './model.ts';
import { keyOf } from './numbers.ts';
import { reasonPhrase } from './reason-phrase.ts';
import { MOST_CONTACTS, redirectTo, type Why, wantsDiversion } from './redirect.ts';
import { isEmergencyNumber } from './targets.ts';
import { templateOf } from './template.ts';
import type { Trace } from './trace.ts';
import { causeOf, REASON_OF, triggerOf } from './trigger.ts';
import { comesFrom } from './trunk.ts';

/**
 * Where a call goes: pure, so the same call, rules and time always give the same decision.
 *
 * @param at milliseconds since the epoch
 * @param tokenIssued seconds since the epoch, the same for a retransmission
 * @param trace where given, receives every rule looked at and every target dropped
 */
export function decide(
  call: ParsedCall,
  served: Served,
  at: number,
  tokenIssued: number,
  trace?: Trace,
): Decision {
  const called = calledKey(call, served.peer, served.policy);
  const { outcome } = call;
  const trigger = outcome ? triggerOf(outcome.status, outcome.ringing, outcome.isup) : 'always';
  if (isEmergency(call, called, served.policy)) {
    if (trace !== undefined) trace.caller = shownCaller(callerFor(call, served));
    return trigger === 'deflected' ? emergencyRedirect(call, served) : { action: 'continue' };
  }
  const callBack = isCallBack(call, served.peer);
  if (callBack && trigger !== 'deflected') {
    if (trace !== undefined) trace.caller = shownCaller(callerFor(call, served));
    return { action: 'continue' };
  }
  const context = situationOf(call, called, served, at, tokenIssued);
  if (trace !== undefined) trace.caller = shownCaller(context.caller);
  const decision = callBack ? ownDeflection(context, trace) : decideOn(trigger, context, trace);
  return context.diversionHistory.badToken ? { ...decision, badToken: true } : decision;
}

/** Emergency calls (RFC 5031, RFC 6881 §9.2): nobody's rules hold for them. */
function isEmergency(
  call: ParsedCall,
  called: string | undefined,
  policy: Policy | undefined,
): boolean {
  const { requestUri } = call;
  if (isEmergencyService(requestUri)) return true;
  // A phone-context of elsewhere makes an emergency number no other number.
  const user = 'user' in requestUri ? requestUri.user : undefined;
  const digits = requestUri.scheme === 'tel' ? requestUri.number : user;
  const dialled = called ?? (digits === undefined ? undefined : keyOf(digits, undefined));
  return dialled !== undefined && isEmergencyNumber(dialled, policy ?? { emergency: [] });
}

/**
 * Calls back from an emergency centre. A caller may not grant that to themselves (RFC 7090 §5.3):
 * the mark counts only from where the peer says that such calls come from.
 */
function isCallBack(call: ParsedCall, { psapCallbacks = [] }: Peer): boolean {
  return call.emergencyCallBack && comesFrom(call.sourceAddress, psapCallbacks);
}

/**
 * An emergency centre's 3xx sends the call where the centre wants it, unjudged; only what a Contact
 * may not say (RFC 3261 §19.1.1) goes.
 */
function emergencyRedirect(call: ParsedCall, { peer, policy }: Served): Decision {
  const contacts: string[] = [];
  const branches: FollowBranch[] = [];
  for (const { uri, params } of call.outcome?.contacts ?? []) {
    if (uri.scheme === 'urn' || contacts.length === MOST_CONTACTS) continue;
    const written = param(params, 'q');
    const q = typeof written === 'string' && Q_VALUE.test(written) ? written : undefined;
    const target = emergencyUri(uri, policy?.domain ?? peer.domains[0] ?? '');
    const contact = `<${target}>${q === undefined ? '' : `;q=${q}`}`;
    contacts.push(contact);
    branches.push({ q, ring: undefined, branch: { contact, headers: [] } });
  }
  const trigger = 'deflected';
  if (contacts.length === 0) {
    return { action: 'reject', status: 480, reason: reasonPhrase(480), trigger };
  }
  const follow = followOf(branches, { call, peer });
  const reason = reasonPhrase(302);
  return { action: 'redirect', status: 302, reason, contacts, trigger, ...(follow && { follow }) };
}

function emergencyUri(uri: SipUri | TelUri, domain: string): string {
  if (uri.scheme === 'tel') {
    return `sip:${escapeUser(stripSeparators(uri.number))}@${domain};user=phone`;
  }
  const { headers: _, password: __, ...plain } = uri;
  const params = uri.params.filter(([name]) => unescapeUser(name).toLowerCase() !== 'method');
  return printUri({ ...plain, params });
}

function shownCaller({ anonymous, identities }: Caller): string {
  return (anonymous ? undefined : identities[0]) ?? 'anonymous';
}

function decideOn(
  trigger: Trigger | undefined,
  context: CallContext,
  trace: Trace | undefined,
): Decision {
  if (trigger === undefined) return { action: 'continue' };
  if (trigger === 'always' && context.subscriber?.dnd !== undefined) {
    return undisturbed(context.subscriber.dnd, context, trace);
  }
  const decision = byRules(trigger, LAYERS, context, trace);
  if (trigger === 'deflected' && (decision === undefined || decision.action === 'continue')) {
    return { ...ownDeflection(context, trace), ...deciderOf(decision) };
  }
  if (trigger !== 'always') return decision ?? { action: 'continue', trigger };
  if (decision !== undefined && decision.action !== 'continue') return decision;
  return goOn(context, decision);
}

/**
 * With do-not-disturb on, an INVITE that the operator's first rules leave alone is decided as if the
 * phone had answered 486, without ringing it.
 */
function undisturbed(dnd: DoNotDisturb, context: CallContext, trace: Trace | undefined): Decision {
  const first = byRules('always', ['first'], context, trace);
  if (first !== undefined) return first.action === 'continue' ? goOn(context, first) : first;
  const held = dnd.until === undefined || context.at < dnd.until;
  trace?.considered?.push({
    ...{ rule: DND, layer: 'phone', held },
    conditions: [
      { condition: 'when', value: ['always'], held: true },
      ...(dnd.until === undefined
        ? []
        : [{ condition: 'until', value: new Date(dnd.until).toISOString(), held }]),
    ],
  });
  if (!held) {
    const usual = byRules('always', AFTER_FIRST, context, trace);
    return usual !== undefined && usual.action !== 'continue' ? usual : goOn(context, usual);
  }
  const busy = byRules('busy', LAYERS, context, trace);
  if (busy !== undefined && busy.action !== 'continue') return busy;
  const { rule = DND, layer = 'phone' } = busy ?? {};
  const said = { status: 486, reason: reasonPhrase(486) };
  return { action: 'reject', ...said, rule, layer, trigger: 'busy' };
}

/** How do-not-disturb is called where rules are named. */
const DND = 'phone-dnd';

/** Which rule let a phone's own 3xx stand, without its answer. */
function deciderOf(decision: Decision | undefined): Pick<Decision, 'rule' | 'layer'> {
  return decision?.rule === undefined
    ? {}
    : { rule: decision.rule, ...(decision.layer && { layer: decision.layer }) };
}

/** `continue` on the first INVITE, with what the edge needs to know of it. */
function goOn(context: CallContext, decision: Decision | undefined): Decision {
  const ringSeconds = ringTime(context);
  const { diversionHistory, peer } = context;
  return {
    ...(decision ?? { trigger: 'always' }),
    action: 'continue',
    ...(ringSeconds !== undefined && { ringSeconds }),
    ...(diversionHistory.restored &&
      diversionHistory.diversions.length > 0 &&
      wantsDiversion(peer) && {
        headers: diversionHistory.diversions.map((value) => `Diversion: ${value}`),
      }),
  };
}

/** How long it may ring: that of the rule which would decide on no answer now. */
function ringTime(context: CallContext): number | undefined {
  for (const layer of LAYERS) {
    for (const rule of rulesIn(layer, context)) {
      if (!ruleHolds(rule, 'no-answer', context)) continue;
      if ('continue' in rule) return undefined;
      if ('forward' in rule && destinationsOf(rule.forward, context).length === 0) continue;
      return rule.after ?? context.policy.ringSeconds;
    }
  }
  return undefined;
}

function byRules(
  trigger: Trigger,
  layers: readonly Layer[],
  context: CallContext,
  trace: Trace | undefined,
): Decision | undefined {
  for (const layer of layers) {
    for (const rule of rulesIn(layer, context)) {
      const held = ruleHolds(rule, trigger, context);
      if (trace?.considered !== undefined) {
        const conditions = conditionsSeen(rule, trigger, context);
        trace.considered.push({ rule: rule.name, layer, held, conditions });
      }
      if (!held) continue;
      const decision = apply(rule, trigger, context, trace);
      if (decision !== undefined) return { ...decision, rule: rule.name, trigger, layer };
    }
  }
  return undefined;
}

const AFTER_FIRST: readonly Layer[] = LAYERS.slice(1);
const NONE: readonly Rule[] = [];

function rulesIn(layer: Layer, { policy, subscriber }: CallContext): readonly Rule[] {
  switch (layer) {
    case 'first':
      return policy.first;
    case 'phone':
      return subscriber?.phone ?? NONE;
    case 'subscriber':
      return subscriber?.rules ?? NONE;
    case 'template':
      return templateOf(policy, subscriber);
    case 'finally':
      return policy.finally;
  }
}

/** What a rule that holds answers; undefined where it forwards and no target is left. */
function apply(
  rule: Rule,
  trigger: Trigger,
  context: CallContext,
  trace: Trace | undefined,
): Decision | undefined {
  if ('continue' in rule) return { action: 'continue' };
  if ('reject' in rule) {
    return { action: 'reject', status: rule.reject, reason: reasonPhrase(rule.reject) };
  }
  const destinations = destinationsOf(rule.forward, context, trace?.dropped);
  if (destinations.length === 0) return undefined;
  const self = destinations.some((to) => 'self' in to);
  // Where the phone can't ring beside the others, it rings; so it does where no others are left.
  if (self && (!context.call.canFollow || destinations.length === 1)) {
    return { action: 'continue' };
  }
  return redirectTo(context, destinations, why(trigger, context));
}

/** The called user's own 3xx, where no rule has another place for the call. */
function ownDeflection(context: CallContext, trace: Trace | undefined): Decision {
  const destinations = deflectedTo(context, trace?.dropped);
  const trigger = 'deflected';
  if (destinations.length === 0) {
    return { action: 'reject', status: 480, reason: reasonPhrase(480), trigger };
  }
  return { ...redirectTo(context, destinations, why(trigger, context)), trigger };
}

/** Diversion reason and cause. A phone that says why it deflects is believed. */
function why(trigger: Trigger, context: CallContext): Why {
  const ringing = context.call.outcome?.ringing === true;
  const reason = (trigger === 'deflected' ? ownReason(context) : undefined) ?? REASON_OF[trigger];
  return { reason, cause: causeOf(reason, ringing) };
}

function ownReason(context: CallContext): string | undefined {
  const { call, names } = context;
  const place = deflectionPlace(context);
  return call.outcome?.diversions.find(({ uri }) => {
    // A phone may know itself by the address that it has in its own network.
    const own = 'host' in uri && isAddress(uri.host) ? { ...uri, host: place.domain } : uri;
    const identity = identityOf(own, place);
    return identity !== undefined && names.includes(identity);
  })?.reason;
}
