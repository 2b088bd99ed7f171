import { BadField } from '../decide/bad-field.ts';
import { domainOf, type ParsedCall, parseCall } from '../decide/call.ts';
import type { RouteRequest } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import { type Credential, isPossibleKey, type Proof } from '../http/credential.ts';
import { Problem } from '../http/problem.ts';
import { hashPeerKey } from '../store/peer-key.ts';
import type { Question } from './load-rules.ts';
import type { ReadBudget } from './read-budget.ts';
import { toRouteRequest } from './request.ts';
import type { RuleCache } from './rule-cache.ts';

/**
 * One request for an answer, on its way from untrusted text to a question that rules can decide.
 * Each step is taken once, when it is first needed, and refuses with a `Problem`.
 */
export class PendingRequest {
  /** Who asks, as far as that could be checked. */
  peer: Peer | undefined;
  #hash: string | undefined;
  readonly #proof: (() => Promise<Credential>) | undefined;
  readonly #given: unknown;
  #body: unknown;
  #request: RouteRequest | undefined;
  #call: ParsedCall | undefined;

  /** The address that sent it, for the log of what is refused. */
  readonly sourceIp: string | undefined;

  /** @param body a `RouteRequest` not validated yet, or what gives one */
  constructor(body: unknown, proof: Proof, sourceIp?: string) {
    this.#given = body;
    this.sourceIp = sourceIp;
    if (typeof proof === 'function') this.#proof = proof;
    else this.#take(proof);
  }

  #take(credential: Credential): void {
    if ('peer' in credential) this.peer = credential.peer;
    else if ('keyHash' in credential) this.#hash = credential.keyHash;
    else if (isPossibleKey(credential.key)) this.#hash = hashPeerKey(credential.key);
  }

  /** @throws {Problem} 401, or what the reader or the proof throws */
  async authenticate(ruleCache: RuleCache, now: number, reads: ReadBudget): Promise<Peer> {
    if (this.#proof) this.#take(await this.#proof());
    if (this.#hash !== undefined) this.peer ??= await ruleCache.peer(this.#hash, now, reads);
    if (this.peer === undefined) {
      throw new Problem(
        401,
        'The key is missing or unknown: send "Authorization: Bearer <peer key>".',
        'Authorization',
      );
    }
    return this.peer;
  }

  /** The request, where it was understood before. */
  get understood(): RouteRequest | undefined {
    return this.#request;
  }

  /** @throws {Problem} 400 */
  get body(): unknown {
    this.#body ??= typeof this.#given === 'function' ? this.#given() : this.#given;
    return this.#body;
  }

  /** @throws {Problem} 400 */
  get request(): RouteRequest {
    this.#request ??= toRouteRequest(this.body);
    return this.#request;
  }

  /** @throws {Problem} 400 */
  get call(): ParsedCall {
    this.#call ??= parse(this.request);
    return this.#call;
  }

  /**
   * The question of a peer that is known.
   *
   * @throws {Problem} 400, or 403 where the peer has no say over the domain
   */
  question(peer: Peer): Question {
    const domain = domainOf(this.call, peer);
    if (domain === undefined) {
      throw new Problem(
        403,
        `The key does not cover the domain of requestUri; it covers ${peer.domains.join(', ')}.`,
        'requestUri',
      );
    }
    return { call: this.call, peer, domain };
  }

  /**
   * The question as far as this instance can tell without the store; undefined where it never saw
   * the key.
   *
   * @throws {Problem} 400, 403
   */
  recall(ruleCache: RuleCache, now: number): Question | undefined {
    if (this.#hash !== undefined) this.peer ??= ruleCache.lastPeer(this.#hash, now);
    return this.peer && this.question(this.peer);
  }
}

function parse(request: RouteRequest): ParsedCall {
  try {
    return parseCall(request);
  } catch (error) {
    if (error instanceof BadField)
      throw new Problem(400, `${error.field}: ${error.message}.`, error.field);
    throw error;
  }
}
