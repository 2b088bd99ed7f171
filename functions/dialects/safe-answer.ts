import { answerOf } from '../answer/answer.ts';
import { BadField } from '../decide/bad-field.ts';
import { parseCall } from '../decide/call.ts';
import type { Answer, RouteRequest } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import { safeDecision, unreadDecision } from '../decide/safe-decision.ts';

/** The answer to a call about which nothing may or can be decided. */
export function safeAnswer(request: RouteRequest | undefined, peer: Peer | undefined): Answer {
  const decisionId = crypto.randomUUID();
  if (request === undefined) return { action: 'continue', decisionId };
  try {
    return answerOf(safeDecision(parseCall(request), peer), false, decisionId);
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return { ...unreadDecision(request.outcome?.status), decisionId };
  }
}
