import type { RouteRequest } from '../decide/decision.ts';

/**
 * How a leg ended that a bridging system dialled for us. jambonz and Twilio use the same words;
 * whether it rang they tell only by `no-answer`, when their own ring timer ran out.
 *
 * @param sipStatus NaN where the system does not say
 */
export function bridgedOutcome(
  callStatus: string,
  sipStatus: number,
): NonNullable<RouteRequest['outcome']> {
  if (callStatus === 'no-answer') return { status: 408, ringing: true };
  if (sipStatus >= 300 && sipStatus <= 699) return { status: sipStatus };
  return { status: callStatus === 'busy' ? 486 : 503 };
}
