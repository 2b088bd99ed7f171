import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Protection, Verify } from './authorizer.ts';
import type { LambdaFunction } from './definition.ts';
import { toEvent } from './event.ts';
import {
  FORBIDDEN,
  fromResult,
  NOT_FOUND,
  type Outgoing,
  SERVER_ERROR,
  TOO_LARGE,
  TOO_MANY_REQUESTS,
  UNAUTHORIZED,
} from './result.ts';
import { type Route, selectRoute } from './routes.ts';
import type { TokenBucket } from './token-bucket.ts';

/** API Gateway's limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BODY = 10 * 1024 * 1024;
const MAX_HEADERS = 10_240;

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** A route's function, loaded. */
export interface Loaded {
  readonly handler: Handler;
  readonly timeoutSeconds: number;
  readonly protection?: Protection;
}

/** Imports each function once, as Lambda would. */
export async function loadFunctions(
  routes: readonly Route<LambdaFunction>[],
): Promise<Route<Loaded>[]> {
  return Promise.all(
    routes.map(async ({ key, target: { file, ...target } }) => {
      const { handler } = (await import(pathToFileURL(file).href)) as { handler: Handler };
      return { key, target: { ...target, handler } };
    }),
  );
}

/**
 * Serves the routes on the loopback, as API Gateway's HTTP API would; `verify` says which
 * tokens it believes, and without buckets every request is let through. Throws EADDRINUSE and the
 * like.
 */
export function serve(
  routes: readonly Route<Loaded>[],
  port: number,
  verify: Verify,
  bucketOf?: (route: string) => TokenBucket,
): Promise<Server> {
  const server = createServer({ maxHeaderSize: MAX_HEADERS }, (request, response) => {
    const own = (server.address() as AddressInfo | null)?.port ?? port;
    answer(routes, own, verify, bucketOf, request)
      .then((outgoing) => send(request, response, outgoing))
      // The client went away before its request was whole.
      .catch(() => response.destroy());
  });
  // Longer than an edge keeps a connection, so that it is never closed under a request.
  server.keepAliveTimeout = 350_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function answer(
  routes: readonly Route<Loaded>[],
  port: number,
  verify: Verify,
  bucketOf: ((route: string) => TokenBucket) | undefined,
  request: IncomingMessage,
): Promise<Outgoing> {
  const { method = 'GET', url = '/', httpVersion, rawHeaders, socket } = request;
  const match = selectRoute(routes, method, url);
  const admitted = match === undefined || bucketOf === undefined || bucketOf(match.route).take();
  const body = await readBody(request);
  if (!admitted) return TOO_MANY_REQUESTS;
  if (!body) return TOO_LARGE;
  if (!match) return NOT_FOUND;
  const { protection } = match.target;
  // Nobody signs requests to this machine with IAM's credentials.
  if (protection === 'iam') return FORBIDDEN;
  const proof = protection && (await verify(request.headers.authorization));
  if (protection && !proof) return UNAUTHORIZED;
  const requestId = randomUUID();
  const event = toEvent(
    { method, url, httpVersion, rawHeaders, body, sourceIp: socket.remoteAddress ?? '' },
    match,
    { requestId, time: Date.now(), port, proof },
  );
  return invoke(match.target, event, requestId);
}

/** Runs the handler as Lambda does: what it throws, or taking too long, is a 500 without details. */
async function invoke(
  { handler, timeoutSeconds }: Loaded,
  event: unknown,
  awsRequestId: string,
): Promise<Outgoing> {
  const end = Date.now() + timeoutSeconds * 1000;
  const context = { awsRequestId, getRemainingTimeInMillis: () => end - Date.now() };
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    const late = new Error(`Task timed out after ${timeoutSeconds} seconds`);
    timer = setTimeout(() => reject(late), timeoutSeconds * 1000);
  });
  try {
    // An event crosses to Lambda as JSON, and so does what comes back.
    const result = await Promise.race([handler(clone(event), context), timedOut]);
    return fromResult(clone(result));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return SERVER_ERROR;
  } finally {
    clearTimeout(timer);
  }
}

const clone = (value: unknown): unknown =>
  value === undefined ? null : JSON.parse(JSON.stringify(value));

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // The rest is read and dropped, so that the client gets to read the answer.
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : undefined;
}

function send(request: IncomingMessage, response: ServerResponse, outgoing: Outgoing): void {
  response.writeHead(outgoing.status, {
    ...outgoing.headers,
    'content-length': outgoing.body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : outgoing.body);
}
