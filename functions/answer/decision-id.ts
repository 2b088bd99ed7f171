import { hash } from 'node:crypto';
import type { RouteRequest } from '../decide/decision.ts';
import { ISSUE_STEP } from '../decide/token.ts';

/** The same for a retransmission, another for another call, leg or outcome: 128 bits in hex. */
export function decisionIdOf(request: RouteRequest, fromTag: string, peer: string): string {
  const { callId, requestUri, outcome } = request;
  const text = JSON.stringify([peer, callId, fromTag, requestUri, outcome ?? null]);
  return hash('sha256', text, 'hex').slice(0, 32);
}

/**
 * When a token that is given out now counts as issued: cut to a step, so that instances agree
 * without speaking to each other.
 *
 * @returns seconds since the epoch, a multiple of `ISSUE_STEP`
 */
export function issueTime(now: number): number {
  return Math.floor(now / 1000 / ISSUE_STEP) * ISSUE_STEP;
}

/** Longer than an INVITE is retransmitted: 64 × T1 (RFC 3261 §17.1.1.2), in milliseconds. */
const RETRANSMITTED_MS = 32_000;
const MAX_REMEMBERED = 2_000;

/** Issue times, kept over the end of a step for a retransmission that comes to this instance. */
export class IssueTimes {
  readonly #times = new Map<string, number>();

  /** @returns see `issueTime` */
  of(decisionId: string, now: number): number {
    const before = this.#times.get(decisionId);
    if (before !== undefined && now - before * 1000 < ISSUE_STEP * 1000 + RETRANSMITTED_MS) {
      return before;
    }
    const issued = issueTime(now);
    this.#times.delete(decisionId);
    this.#times.set(decisionId, issued);
    if (this.#times.size > MAX_REMEMBERED) {
      for (const oldest of this.#times.keys()) {
        this.#times.delete(oldest);
        break;
      }
    }
    return issued;
  }
}
