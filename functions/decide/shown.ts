import type { CallContext } from './call-context.ts';
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
  context: CallContext,
  hidden: Hidden | undefined,
): { assertedIdentity?: string; from?: string } {
  const { callerId } = context.peer;
  if (callerId === undefined || to.known || !to.identity.startsWith('+')) return {};
  const number = hidden ? context.policy.mainNumber : numberOf(context);
  if (number === undefined) return {};
  const value = `<sip:${number}@${context.policy.domain};user=phone>`;
  const inFrom = callerId === 'diverting-from' && !context.caller.anonymous;
  return { assertedIdentity: value, ...(inFrom && { from: value }) };
}

function numberOf({ called, subscriber, policy }: CallContext): string | undefined {
  const names = [called, subscriber?.user, ...(subscriber?.aliases ?? [])];
  return names.find((key) => key?.startsWith('+')) ?? policy.mainNumber;
}
