import { decisionIdOf } from '../answer/decision-id.ts';
import type { Log } from '../answer/log.ts';
import { PendingRequest } from '../answer/pending-request.ts';
import { ReadBudget } from '../answer/read-budget.ts';
import { parseJson } from '../answer/request.ts';
import { RuleCache } from '../answer/rule-cache.ts';
import type { Answer } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import { bearerKey } from '../http/credential.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { post } from '../http/post.ts';
import { Problem } from '../http/problem.ts';
import { SipSyntaxError } from '../sip/error.ts';
import { parseNameAddr } from '../sip/name-addr.ts';
import type { SipUri, Uri } from '../sip/uri.ts';
import type { RuleReader } from '../store/reader.ts';
import type { Table } from '../store/table.ts';
import { noSubscriber, setFeature } from './set-feature.ts';
import { rejected } from './verdict.ts';

/** One line for each code that was dialled; who dialled which number is in the history. */
export interface FeatureLine {
  readonly event: 'feature';
  readonly decisionId: string;
  readonly callId: string;
  readonly peer: string | undefined;
  readonly domain: string;
  readonly status: number;
}

export interface FeatureOptions {
  readonly reader: RuleReader;
  readonly table: Table;
  /**
   * For a whole answer; default 4000: whoever dialled a code waits longer than a caller does (the
   * Kamailio edge 5 s), and after a cold start a write takes a second and more.
   */
  readonly deadlineMs?: number;
  readonly log: Log;
  readonly tell: (line: FeatureLine) => void;
}

/**
 * `POST /v1/feature`: the request of `/v1/route` with `authenticatedAs`, and an answer that is
 * never `continue`. What could not be done is 503, over HTTP and in the decision that goes with it.
 */
export function createFeature(
  options: FeatureOptions,
): (http: HttpRequest) => Promise<HttpResponse> {
  const { reader, table, deadlineMs = 4000, log, tell } = options;
  const ruleCache = new RuleCache(reader, deadlineMs);

  async function answer(pending: PendingRequest, reads: ReadBudget): Promise<Answer> {
    const now = table.now();
    const peer = await pending.authenticate(ruleCache, now, reads);
    const { call } = pending.question(peer);
    const { by, domain } = whoDialled(pending.body, peer);
    const policy = await ruleCache.policy(domain, now, reads);
    const dialled = policy && { uri: call.requestUri, by, peer, policy };
    const verdict = dialled
      ? await setFeature(table, dialled, `feature ${peer.name}`)
      : noSubscriber();
    const decisionId = idOf(pending);
    const { callId } = call;
    tell({
      event: 'feature',
      decisionId,
      callId,
      peer: peer.name,
      domain,
      status: verdict.status,
    });
    return { ...verdict, decisionId };
  }

  return async (http) => {
    const pending = new PendingRequest(() => parseJson(http.body), {
      key: bearerKey(http.headers.authorization),
    });
    try {
      return await post('/v1/feature', http, async () => {
        const reads = new ReadBudget(deadlineMs);
        try {
          return await reads.within(() => answer(pending, reads));
        } catch (error) {
          if (error instanceof Problem) {
            const { status, field } = error;
            log({
              event: 'refused',
              status,
              field,
              peer: pending.peer?.name,
              sourceIp: http.sourceIp,
            });
          }
          throw error;
        }
      });
    } catch (error) {
      const { message, stack } = error as Error;
      log({ event: 'error', message, stack, peer: pending.peer?.name });
      return unavailable(pending);
    }
  };
}

/** 503 for whoever looks at the HTTP status, and for whoever looks at the body. */
function unavailable(pending: PendingRequest): HttpResponse {
  const detail = 'The setting could not be stored: dial the code again.';
  const verdict = rejected(503, 'Not changed for certain, please try again');
  const decisionId = pending.understood && idOf(pending);
  return {
    status: 503,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
    body: JSON.stringify({
      ...{ type: 'about:blank', title: 'Service Unavailable', detail },
      ...verdict,
      decisionId,
    }),
  };
}

const idOf = ({ request, call, peer }: PendingRequest): string =>
  decisionIdOf(request, call.fromTag, peer?.name ?? '');

/**
 * Who dialled: `authenticatedAs`, a SIP address or what stands in one.
 *
 * @throws {Problem} 400 where it is none, 403 where it is in no domain of the peer
 */
function whoDialled(body: unknown, peer: Peer): { by: SipUri; domain: string } {
  const field = 'authenticatedAs';
  const { authenticatedAs: text } = body as { authenticatedAs?: unknown };
  if (typeof text !== 'string' || text.trim() === '') {
    throw new Problem(400, `${field} is missing: the SIP address that was authenticated.`, field);
  }
  const by = readAddress(text.trim());
  if ((by?.scheme !== 'sip' && by?.scheme !== 'sips') || by.user === undefined) {
    throw new Problem(400, `${field} is no SIP address like sip:bob@example.com.`, field);
  }
  const own = peer.hosts.includes(by.host) ? peer.domains[0] : undefined;
  const domain = peer.domains.includes(by.host) ? by.host : own;
  if (domain === undefined) {
    const covered = peer.domains.join(', ');
    throw new Problem(403, `The key does not cover ${by.host}; it covers ${covered}.`, field);
  }
  return { by, domain };
}

function readAddress(text: string): Uri | undefined {
  try {
    return parseNameAddr(/^[^<:@]+@[^:]+$/.test(text) ? `sip:${text}` : text).uri;
  } catch (error) {
    if (error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}
