import type { Situation } from './call-context.ts';
import type { Hidden } from './diverting-user.ts';

/**
 * Who is shown to a target on a call that the edge diverts itself. Carriers refuse calls from
 * numbers that are not their customer's: where the peer says so, an E.164 target that is no
 * subscriber sees the number that was dialled, else the called user's first, else the domain's.
 *
 * An anonymous caller stays anonymous: their Privacy goes on, and From is not changed. A hidden
 * diverting user is not told by their number either.
 */
export function shownTo(
  to: { readonly identity: string; readonly known: boolean },
  situation: Situation,
  hidden: Hidden | undefined,
): { assertedIdentity?: string; from?: string } {
  const { callerId } = situation.peer;
  if (callerId === undefined || to.known || !to.identity.startsWith('+')) return {};
  const number = hidden ? situation.policy.mainNumber : numberOf(situation);
  if (number === undefined) return {};
  const value = `<sip:${number}@${situation.policy.domain};user=phone>`;
  const inFrom = callerId === 'diverting-from' && !situation.caller.anonymous;
  return { assertedIdentity: value, ...(inFrom && { from: value }) };
}

function numberOf({ called, subscriber, policy }: Situation): string | undefined {
  const names = [called, subscriber?.user, ...(subscriber?.aliases ?? [])];
  return names.find((key) => key?.startsWith('+')) ?? policy.mainNumber;
}
