import { answerOf } from '../answer/answer.ts';
import { BadField } from '../decide/bad-field.ts';
import { parseCall } from '../decide/call.ts';
import { safeDecision } from '../decide/decide.ts';
import type { Answer, RouteRequest } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import { reasonPhrase } from '../decide/reason-phrase.ts';
import { isRedirection } from '../decide/trigger.ts';

/**
 * The answer to a call about which nothing may or can be decided: it goes on to the called user,
 * but against toll fraud their phone's own 3xx only as far as it names users of their domain.
 */
export function safeAnswer(request: RouteRequest | undefined, peer: Peer | undefined): Answer {
  const decisionId = crypto.randomUUID();
  if (request === undefined) return { action: 'continue', decisionId };
  try {
    return answerOf(safeDecision(parseCall(request), peer), false, decisionId);
  } catch (error) {
    if (!(error instanceof BadField)) throw error;
    return isRedirection(request.outcome?.status ?? 0)
      ? { action: 'reject', status: 480, reason: reasonPhrase(480), decisionId }
      : { action: 'continue', decisionId };
  }
}
