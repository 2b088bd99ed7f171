import { answerOf } from '../answer/answer.ts';
import { decisionIdOf, issueTime } from '../answer/decision-id.ts';
import { type Question, readRules } from '../answer/load-rules.ts';
import type { Log } from '../answer/log.ts';
import type { PendingRequest } from '../answer/pending-request.ts';
import { ReadBudget } from '../answer/read-budget.ts';
import { RuleCache } from '../answer/rule-cache.ts';
import { domainOf, parseCall } from '../decide/call.ts';
import { decide } from '../decide/decide.ts';
import type { RouteRequest } from '../decide/decision.ts';
import { safeDecision } from '../decide/safe-decision.ts';
import type { Trace } from '../decide/trace.ts';
import { Problem } from '../http/problem.ts';
import type { RuleReader } from '../store/reader.ts';
import { type Background, told } from './background.ts';
import { type End, type Explained, follow, type Hop } from './follow.ts';
import { explainOptions, type Versions } from './options.ts';

/** The body of a 200 of `POST /v1/explain`. */
export interface Explanation extends Explained {
  /** With `follow`: every hop, the explained one first. */
  readonly journey?: readonly Hop[];
  readonly ends?: End;
}

export interface ExplainerOptions {
  readonly reader: RuleReader;
  /** The rules as they were at an instant, milliseconds since the epoch, or at those versions. */
  readerAt(at: number, versions?: Versions): RuleReader;
  /** What is told beside the decision; absent: what deciding read. */
  readonly background?: Background;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly log: Log;
}

/** For everything that is read for one explanation. */
const DEADLINE_MS = 2_000;

/**
 * Explains what `/v1/route` answers, with the code that answers it. Where the rules cannot be read,
 * there is only the safe answer.
 *
 * @returns a function that throws nothing but {@link Problem}
 */
export function createExplainer(
  options: ExplainerOptions,
): (pending: PendingRequest) => Promise<Explanation> {
  return async (pending) => {
    const now = options.now();
    const reads = new ReadBudget(DEADLINE_MS);
    try {
      return await reads.within(() => explain(pending, now, reads));
    } catch (error) {
      if (error instanceof Problem) {
        const { status, field } = error;
        const { peer, sourceIp } = pending;
        options.log({ event: 'refused', status, field, peer: peer?.name, sourceIp });
        throw error;
      }
      const { message, stack } = error as Error;
      options.log({ event: 'error', message, stack, peer: pending.peer?.name });
      return unexplained(pending);
    }
  };

  async function explain(
    pending: PendingRequest,
    now: number,
    reads: ReadBudget,
  ): Promise<Explanation> {
    const today = new RuleCache(options.reader, DEADLINE_MS);
    const peer = await pending.authenticate(today, now, reads);
    if (!peer.explain) {
      const detail = 'The key may not explain: its peer needs "explain: true".';
      throw new Problem(403, detail, 'Authorization');
    }
    const { at = now, follows, versions } = explainOptions(pending.body);
    const then =
      at < now || versions ? new RuleCache(options.readerAt(at, versions), DEADLINE_MS) : today;

    const taken = async (request: RouteRequest, question: Question): Promise<Hop> => {
      const served = await readRules(question, then, now, reads);
      const trace = { considered: [], dropped: [] } satisfies Trace;
      const { call } = question;
      const { considered, dropped } = trace;
      const tokenIssued = issueTime(at);
      const decision = decide(call, served, at, tokenIssued, { considered, dropped });
      const id = decisionIdOf(request, call.fromTag, peer.name);
      return {
        requestUri: request.requestUri,
        decision: answerOf(decision, false, id),
        ...(await told(call, served, considered, at, tokenIssued, options.background ?? {})),
        dropped,
      };
    };
    const first = await taken(pending.request, pending.question(peer));
    const { requestUri, ...explained } = first;
    if (!follows) return explained;
    const travelled = await follow(pending.request, first, async (request) => {
      const call = parseCall(request);
      const domain = domainOf(call, peer);
      return domain === undefined ? undefined : taken(request, { call, peer, domain });
    });
    return { ...explained, ...travelled };
  }
}

function unexplained(pending: PendingRequest): Explanation {
  const { request, call, peer } = pending;
  explainOptions(pending.body);
  const id = decisionIdOf(request, call.fromTag, peer?.name ?? '');
  return { decision: answerOf(safeDecision(call, peer), true, id), considered: [], dropped: [] };
}
