import { randomUUID } from 'node:crypto';
import { calledKey } from '../decide/call.ts';
import type { Served } from '../decide/call-context.ts';
import { decide } from '../decide/decide.ts';
import type { Answer, Decision } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import { safeDecision, unreadDecision } from '../decide/safe-decision.ts';
import type { Trace } from '../decide/trace.ts';
import type { Proof } from '../http/credential.ts';
import { Problem } from '../http/problem.ts';
import type { RuleReader } from '../store/reader.ts';
import { decisionIdOf, IssueTimes } from './decision-id.ts';
import { lastRules, readRules } from './load-rules.ts';
import type { DecisionLine, Log } from './log.ts';
import { PendingRequest } from './pending-request.ts';
import { ReadBudget } from './read-budget.ts';
import { RuleCache } from './rule-cache.ts';
import { signed } from './signed.ts';
import type { SigningKeys } from './signing-keys.ts';

export interface AnswererOptions {
  readonly reader: RuleReader;
  /** Milliseconds since the epoch. */
  now(): number;
  /** For a whole decision. */
  readonly deadlineMs: number;
  /** After how long a read without an answer is sent a second time; default: never. */
  readonly hedgeMs?: number;
  readonly log: Log;
  /** By which diversions are signed; absent: none are. */
  readonly signingKeys?: SigningKeys;
}

/** Answers every call that is understood and allowed, whatever becomes of the store. */
export interface Answerer {
  /**
   * @param body what should be a `RouteRequest`, or gives one and may throw a `Problem`: it is not
   *   looked at before the key is
   * @param sourceIp who sent it, for the log of what is refused
   * @returns the answer, and the peer where it is known
   * @throws {Problem} and nothing else
   */
  answer(
    body: unknown | (() => unknown),
    proof: Proof,
    sourceIp?: string,
  ): Promise<{ answer: Answer; peer?: Peer }>;
  /** Whether a key is good, for what asks for no decision; one that can't be checked counts as good. */
  admits(proof: Proof, sourceIp?: string): Promise<boolean>;
  /**
   * Pays at start what the first call would pay: connections, credentials, the token's keys. Never
   * fails and takes at most 500 ms.
   */
  warmUp(): Promise<void>;
}

/** A start is not held up for longer by a store that does not answer. */
const WARM_UP_MS = 500;

export function createAnswerer(options: AnswererOptions): Answerer {
  const { deadlineMs, hedgeMs, log } = options;
  const ruleCache = new RuleCache(options.reader, deadlineMs);
  const issueTimes = new IssueTimes();

  async function answer(pending: PendingRequest): Promise<Answer> {
    const started = performance.now();
    const now = options.now();
    const reads = new ReadBudget(deadlineMs, hedgeMs);
    let rules: DecisionLine['rules'] = 'read';
    let cause: string | undefined;
    let served: Served | undefined;
    try {
      served = await reads.within(async () => {
        const peer = await pending.authenticate(ruleCache, now, reads);
        return readRules(pending.question(peer), ruleCache, now, reads);
      });
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (error instanceof TypeError) {
        // No store fails so: rules of a kind that is not ours. Those read last may be the same.
        logBug(error, pending.peer);
      } else {
        cause = nameOf(error);
        rules = 'last-known';
        const question = pending.recall(ruleCache, now);
        try {
          served = question && lastRules(question, ruleCache, now);
        } catch (bug) {
          logBug(bug, pending.peer);
        }
      }
    }

    const { request, call, peer } = pending;
    const decisionId = decisionIdOf(request, call.fromTag, peer?.name ?? '');
    const seen: Trace = { dropped: [] };
    let decision: Decision | undefined;
    if (served !== undefined) {
      const tokenIssued = served.tokenKeys === undefined ? 0 : issueTimes.of(decisionId, now);
      try {
        decision = decide(call, served, now, tokenIssued, seen);
      } catch (error) {
        logBug(error, peer, decisionId);
      }
    }
    if (decision === undefined) {
      rules = 'none';
      decision = safeDecision(call, peer);
    }

    if (decision.action === 'redirect' && decision.divs && peer) {
      decision = await signed(decision, peer, options.signingKeys);
    }

    const dialled = peer && calledKey(call, peer, served?.policy);
    log({
      event: 'decision',
      decisionId,
      callId: call.callId,
      peer: peer?.name,
      domain: served?.policy?.domain,
      searchKey: ruleCache.searchKey(now),
      caller: seen.caller,
      called: served?.subscriber?.user ?? dialled,
      dialled,
      outcome: call.outcome?.status,
      action: decision.action,
      status: decision.action === 'continue' ? undefined : decision.status,
      targets: decision.action === 'redirect' ? decision.contacts.map(targetIn) : undefined,
      dropped: seen.dropped.length > 0 ? seen.dropped : undefined,
      rule: decision.rule,
      layer: decision.layer,
      trigger: decision.trigger,
      rulesVersion: served?.subscriber?.version,
      policyVersion: served?.policy?.version,
      rules,
      cause,
      badToken: decision.badToken === true,
      durationMs: performance.now() - started,
      storeMs: reads.storeMs,
    });
    return answerOf(decision, rules !== 'read', decisionId);
  }

  function logBug(error: unknown, peer: Peer | undefined, decisionId?: string): void {
    const { message, stack } = error as Error;
    log({ event: 'error', message, stack, decisionId, peer: peer?.name });
  }

  return {
    async answer(body, proof, sourceIp) {
      const pending = new PendingRequest(body, proof, sourceIp);
      try {
        const answered = await answer(pending);
        return { answer: answered, ...(pending.peer && { peer: pending.peer }) };
      } catch (error) {
        const { peer } = pending;
        if (!(error instanceof Problem)) {
          logBug(error, peer);
          return { answer: lastResort(pending), ...(peer && { peer }) };
        }
        const { status, field } = error;
        log({ event: 'refused', status, field, peer: peer?.name, sourceIp });
        throw peer === undefined ? error : error.withPeer(peer);
      }
    },

    async admits(proof, sourceIp) {
      const reads = new ReadBudget(deadlineMs, hedgeMs);
      const pending = new PendingRequest(undefined, proof);
      try {
        await reads.within(() => pending.authenticate(ruleCache, options.now(), reads));
        return true;
      } catch (error) {
        if (!(error instanceof Problem)) return true;
        log({ event: 'refused', status: error.status, field: error.field, sourceIp });
        return false;
      }
    },

    async warmUp() {
      const reads = new ReadBudget(WARM_UP_MS);
      const read = () => reads.read((how) => options.reader.tokenKeys(how));
      await reads
        .within(async () => {
          // A cold call reads two things at once: a connection for each, and each used once more,
          // since what has run once runs twice as fast the second time.
          const searchKey = reads.read((how) => ruleCache.readSearchKey(options.now(), how));
          await Promise.all([read(), searchKey]);
          await Promise.all([ruleCache.tokenKeys(options.now(), reads), read()]);
        })
        .catch(() => {});
    },
  };
}

/** The body of a 200: what a decision says to an edge. */
export function answerOf(decision: Decision, degraded: boolean, decisionId: string): Answer {
  const { trigger, layer, badToken, divs: _, ...said } = { divs: undefined, ...decision };
  return { ...said, ...(degraded && { degraded }), decisionId };
}

/** Without the deciding core, which has failed. */
function lastResort({ understood }: PendingRequest): Answer {
  return {
    ...unreadDecision(understood?.outcome?.status),
    degraded: true,
    decisionId: understood ? decisionIdOf(understood, '', '') : randomUUID(),
  };
}

/** Whom a Contact value of ours names, without its parameters: `carol@example.com`. */
function targetIn(contact: string): string {
  const begin = contact.indexOf(':') + 1;
  const end = contact.slice(begin).search(/[;>]/);
  return end < 0 ? contact.slice(begin) : contact.slice(begin, begin + end);
}

/** The class of an error, or the code of a system error: no message, it may tell a number. */
function nameOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string };
  return code ?? name ?? 'unknown';
}
