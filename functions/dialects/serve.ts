import type { Answerer } from '../answer/answer.ts';
import type { Log } from '../answer/log.ts';
import { toRouteRequest } from '../answer/request.ts';
import type { Answer, RouteRequest } from '../decide/decision.ts';
import type { Peer } from '../decide/model.ts';
import { limitBody } from '../http/body-limit.ts';
import { basicKey, bearerKey, type Proof } from '../http/credential.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { asterisk } from './asterisk.ts';
import { curri } from './curri.ts';
import type { Dialect } from './dialect.ts';
import { drachtio } from './drachtio.ts';
import { freeswitch } from './freeswitch.ts';
import { jambonz } from './jambonz.ts';
import { kamailio } from './kamailio.ts';
import { safeAnswer } from './safe-answer.ts';
import type { Secrets, SigningSecret } from './secrets.ts';
import { twilio } from './twilio.ts';

export const DIALECTS: readonly Dialect[] = [
  kamailio,
  drachtio,
  freeswitch,
  asterisk,
  curri,
  jambonz,
  twilio,
];

export interface DialectOptions {
  readonly answerer: Answerer;
  readonly secrets: Secrets;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly log: Log;
}

/**
 * `/v1/route/{name}` and `/v1/route/{name}/{key}`, each with or without a slash at the end.
 *
 * A system that gets no answer it can read drops the call, so every failure has the dialect's own
 * safe document as its body: 401 for a key that is not good, 200 for the rest.
 */
export async function serve(http: HttpRequest, options: DialectOptions): Promise<HttpResponse> {
  const [, name, key = ''] = /^\/v1\/route\/([^/]+)(?:\/([^/]+))?\/?$/.exec(http.path) ?? [];
  const dialect = DIALECTS.find((one) => one.name === name);
  if (dialect === undefined) {
    const known = DIALECTS.map((one) => one.name).join(', ');
    return new Problem(
      404,
      `There is no such path: known after /v1/route/ are ${known}.`,
      'path',
    ).toResponse();
  }
  try {
    return await respond(dialect, http, keyIn(key), options);
  } catch (error) {
    const { message, stack } = error as Error;
    options.log({ event: 'error', message, stack });
    return print(dialect, safeAnswer(undefined, undefined), { http }, options.log);
  }
}

async function respond(
  dialect: Dialect,
  http: HttpRequest,
  key: string,
  options: DialectOptions,
): Promise<HttpResponse> {
  const read = readCall(dialect, http);
  const request = read instanceof Problem || 'body' in read ? undefined : read;
  const refused = (peer?: Peer): HttpResponse =>
    print(dialect, safeAnswer(request, peer), { http, request, peer }, options.log);

  const signed: { secret?: string | undefined } = {};
  const proof = proofOf(dialect, http, key, signed, options);
  if ('body' in read) {
    const admitted = await options.answerer.admits(proof, http.sourceIp);
    return admitted ? read : unauthorized(read);
  }
  try {
    const body = () => {
      if (read instanceof Problem) throw read;
      return read;
    };
    const { answer, peer } = await options.answerer.answer(body, proof, http.sourceIp);
    return print(dialect, answer, { http, request, peer, ...signed }, options.log);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const response = refused(error.peer);
    return error.status === 401 ? unauthorized(response) : response;
  }
}

function unauthorized(response: HttpResponse): HttpResponse {
  const headers = { ...response.headers, 'www-authenticate': 'Bearer' };
  return { ...response, status: 401, headers };
}

/** The call, a response to what asks for no decision, or why there is neither. */
function readCall(dialect: Dialect, http: HttpRequest): RouteRequest | HttpResponse | Problem {
  try {
    limitBody(http);
    const read = dialect.decode(http);
    return 'body' in read ? read : toRouteRequest(read);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Its secrets can't be read, so who asks can't be known: good for the safe answer only. */
class NoSecrets extends Error {
  override readonly name = 'NoSecrets';
}

/**
 * A key in the path, or sent as bearer or as the password of Basic; else the request's signature,
 * whose secret goes into `signed`.
 */
function proofOf(
  { name, signer }: Dialect,
  http: HttpRequest,
  pathKey: string,
  signed: { secret?: string | undefined },
  { secrets, now, log }: DialectOptions,
): Proof {
  const { authorization } = http.headers;
  const key = pathKey || bearerKey(authorization) || basicKey(authorization);
  if (key !== '' || signer === undefined) return { key };
  return async () => {
    const signedBy = (known: readonly SigningSecret[]): SigningSecret | undefined => {
      const texts = known.map(({ secret }) => secret);
      const found = signer(http, texts, now());
      return known.find(({ secret }) => secret === found);
    };
    const readable = (read: Promise<readonly SigningSecret[]>) =>
      read.catch((error: unknown) => {
        log({ event: 'error', message: `No secrets of ${name}: ${error}` });
        throw new NoSecrets();
      });
    const by =
      signedBy(await readable(secrets.of(name))) ?? signedBy(await readable(secrets.newer(name)));
    signed.secret = by?.secret;
    return by === undefined ? { key: '' } : { keyHash: by.keyHash };
  };
}

function print(
  dialect: Dialect,
  answer: Answer,
  asked: Parameters<Dialect['encode']>[1],
  log: Log,
): HttpResponse {
  const message = dialect.warning?.(answer, asked);
  if (message !== undefined) {
    log({ event: 'warning', message, ...(asked.peer && { peer: asked.peer.name }) });
  }
  return dialect.encode(answer, asked);
}

/** A key that is not well escaped is none of ours. */
function keyIn(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
