import type { Answer, RouteRequest } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';

/** What is known of a call when its answer is printed. */
export interface Asked {
  readonly http: HttpRequest;
  /** What `decode` made of it, not yet validated; absent where it could not. */
  readonly request?: RouteRequest | undefined;
  /** Absent where the key is not good or could not be checked. */
  readonly peer?: Peer | undefined;
  /** By which the request is signed. */
  readonly secret?: string | undefined;
}

/** How one kind of SBC asks and is answered. It knows nothing of rules and nothing of the store. */
export interface Dialect {
  /** The last segment of `/v1/route/{name}`. */
  readonly name: string;
  /**
   * Reads a request.
   *
   * @returns the call, or at once the response to what asks for no decision (a keep-alive, the
   *   report of a call that is over)
   * @throws {Problem} 400 where there is no call in it
   */
  decode(http: HttpRequest): RouteRequest | HttpResponse;
  /** Prints an answer. `continue` is the safe document: it needs nothing but `asked.http`. */
  encode(answer: Answer, asked: Asked): HttpResponse;
  /** What an operator has to know about an answer that is not what it should be. */
  warning?(answer: Answer, asked: Asked): string | undefined;
  /**
   * The secret by which the request is signed; undefined where none fits. Absent where the system
   * does not sign.
   *
   * @param now milliseconds since the epoch
   */
  signer?(http: HttpRequest, secrets: readonly string[], now: number): string | undefined;
}
