import type { Trigger } from './model.ts';

/** Whether a status is a redirection; one that is not known is treated as 300 (RFC 3261 §8.1.3.2). */
export function isRedirection(status: number): boolean {
  return status >= 300 && status <= 399;
}

/**
 * What the final response of the called user's leg means, after the 3GPP CDIV services
 * (TS 24.604) and RFC 3398 §7.2.4.1; undefined where nothing can be diverted (487, 200, …).
 *
 * @param ringing whether a 180 or 183 was seen: it tells no answer from not reachable
 * @param isup the Q.850 cause of the response's Reason, by which a gateway tells what happened in
 *   the telephone network: several causes share one SIP status (RFC 3398 §8.2.6.1)
 */
export function triggerOf(status: number, ringing: boolean, isup?: number): Trigger | undefined {
  if (isRedirection(status)) return 'deflected';
  switch (status) {
    case 403:
    case 408:
    case 480:
    case 500:
    case 502:
    case 503:
    case 504:
      return triggerOfIsup(isup, ringing) ?? triggerOfStatus(status, ringing);
    default:
      return triggerOfStatus(status, ringing);
  }
}

function triggerOfStatus(status: number, ringing: boolean): Trigger | undefined {
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
    // Flow Failed (RFC 5626 §5.3): the connection to the phone is gone.
    case 430:
    case 500:
    case 502:
    case 503:
    case 604:
      return 'unreachable';
    case 603:
    case 433:
    case 607:
      return 'declined';
    default:
      return undefined;
  }
}

/** ITU-T Q.850 §2.2.7. */
function triggerOfIsup(cause: number | undefined, ringing: boolean): Trigger | undefined {
  switch (cause) {
    case 17:
      return 'busy';
    case 18:
      // Behind ISUP a phone that is not registered ends like one that does not answer.
      return ringing ? 'no-answer' : 'unreachable';
    case 19:
      return 'no-answer';
    case 20:
    case 27:
      return 'unreachable';
    case 21:
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
