import type { Trigger } from './model.ts';

/**
 * What the final response of the called user's leg means, after the 3GPP CDIV services
 * (TS 24.604) and RFC 3398 §7.2.4.1; undefined where nothing can be diverted (487, 200, …).
 *
 * @param ringing whether a 180 or 183 was seen: it tells no answer from not reachable
 */
export function triggerOf(status: number, ringing: boolean): Trigger | undefined {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 408:
    case 480:
    case 504:
      return ringing ? 'no-answer' : 'unreachable';
    case 404:
    case 410:
    case 500:
    case 502:
    case 503:
    case 604:
      return 'unreachable';
    case 300:
    case 301:
    case 302:
    case 305:
      return 'deflected';
    case 603:
    case 433:
    case 607:
      return 'declined';
    default:
      return undefined;
  }
}

/** The Diversion reason of a trigger (RFC 5806 §4). */
export const REASON_OF: Readonly<Record<Trigger, string>> = {
  always: 'unconditional',
  busy: 'user-busy',
  'no-answer': 'no-answer',
  unreachable: 'unavailable',
  declined: 'do-not-disturb',
  deflected: 'deflection',
};

/**
 * The `cause` URI parameter for a Diversion reason (RFC 4458 §2, RFC 7544 §7.3, RFC 8119).
 *
 * @param ringing a deflection while it rang is 487, before that 480
 */
export function causeOf(reason: string, ringing: boolean): number {
  switch (reason) {
    case 'unconditional':
      return 302;
    case 'user-busy':
      return 486;
    case 'no-answer':
      return 408;
    case 'unavailable':
      return 503;
    case 'deflection':
      return ringing ? 487 : 480;
    default:
      return 404;
  }
}
