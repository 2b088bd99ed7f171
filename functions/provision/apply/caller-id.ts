import type { Peer, Policy, Rule, Subscriber } from '../../decide/model.ts';

/**
 * What is probably not meant: a peer shows the diverting user's number to carriers (`callerId`),
 * and some whose calls go to numbers outside have none, nor has the domain.
 */
export function callerIdWarnings(
  policy: Policy,
  subscribers: readonly Subscriber[],
  peers: readonly Peer[],
): string[] {
  if (policy.mainNumber !== undefined) return [];
  const showing = peers.filter(
    (peer) => peer.callerId !== undefined && peer.domains.includes(policy.domain),
  );
  if (showing.length === 0) return [];
  const operators = [...policy.first, ...policy.finally].some(goesOutside);
  const nameless = subscribers.filter(
    ({ user, aliases, phone, rules }) =>
      ![user, ...aliases].some((key) => key.startsWith('+')) &&
      (operators || [...phone, ...rules].some(goesOutside)),
  );
  if (nameless.length === 0) return [];
  const names = nameless.slice(0, MOST_NAMED).map(({ user }) => user);
  const more = nameless.length - names.length;
  const who = names.join(', ') + (more > 0 ? ` and ${more} more` : '');
  return showing.map(
    ({ name, callerId }) =>
      `${policy.domain}: peer ${name} shows the diverting user's number (callerId: ${callerId}), and there is none of ${who}: give them one in aliases, or the domain a mainNumber`,
  );
}

const MOST_NAMED = 5;

/** Whether a rule forwards to a number that is no subscriber's. */
function goesOutside(rule: Rule): boolean {
  if (!('forward' in rule)) return false;
  return rule.forward.some(
    (target) =>
      !('self' in target) && target.names === undefined && target.identity.startsWith('+'),
  );
}
