import { Connections } from './connections.ts';
import { NoResponse } from './response-reader.ts';
import type { Service, ServiceName } from './service.ts';
import { Signature } from './signature.ts';

/** The service did not do it; `name` is its word for why: `ThrottlingException`. */
export class Refused extends Error {
  /** As the SDK has it: whether to ask again can help. */
  readonly $fault: 'client' | 'server';

  constructor(service: ServiceName, name: string | undefined, status: number) {
    super(`${service} answered ${status}`);
    this.name = name ?? `Status${status}`;
    this.$fault = status >= 500 ? 'server' : 'client';
  }
}

/** An answer that is not the service's (`NotDynamoDb`): a proxy's, or half of one. */
export class Garbled extends Error {
  constructor(service: ServiceName, what: string, cause?: unknown) {
    super(`the answer ${what}`, { cause });
    this.name = `Not${service}`;
  }
}

export interface PostOptions {
  readonly signal?: AbortSignal | undefined;
  /** Over a new connection: for what is sent again because an old one may have died. */
  readonly fresh?: boolean | undefined;
}

const PROTOCOLS: Readonly<
  Record<ServiceName, { target: string; signedFor: string; type: string }>
> = {
  DynamoDb: {
    target: 'DynamoDB_20120810',
    signedFor: 'dynamodb',
    type: 'application/x-amz-json-1.0',
  },
  Ssm: { target: 'AmazonSSM', signedFor: 'ssm', type: 'application/x-amz-json-1.1' },
  Logs: { target: 'Logs_20140328', signedFor: 'logs', type: 'application/x-amz-json-1.1' },
  Events: { target: 'AWSEvents', signedFor: 'events', type: 'application/x-amz-json-1.1' },
};

/** Clocks that differ by more make signatures invalid: 5 minutes, less a margin. */
const MAX_SKEW_MS = 240_000;

/** A service as it was found, ready for requests. */
interface Reached extends Service {
  readonly path: string;
  readonly signature: Signature;
  readonly connections: Connections;
}

/**
 * One of AWS's services over its JSON protocol, without the steps in which the SDK makes, signs,
 * retries and reads any request of any service: they are most of the time and of the start of
 * what does little else than read one item. Nothing is retried here.
 */
export class JsonApi {
  readonly #name: ServiceName;
  readonly #locate: () => Promise<Service>;
  #reached: Promise<Reached> | undefined;
  #skewMs = 0;

  constructor(name: ServiceName, locate: () => Promise<Service>) {
    this.#name = name;
    this.#locate = locate;
  }

  /**
   * @param body JSON
   * @returns the answer, an object
   * @throws {Refused | Garbled} or a connection's error
   */
  async post(operation: string, body: string, options: PostOptions = {}): Promise<object> {
    options.signal?.throwIfAborted();
    this.#reached ??= this.#reach().catch((error) => {
      this.#reached = undefined;
      throw error;
    });
    const { path, url, signature, connections, credentials } = await this.#reached;
    const target = `${PROTOCOLS[this.#name].target}.${operation}`;
    const at = new Date(Date.now() + this.#skewMs);
    const post = { path, host: url.host, target, body };
    const headers = signature.headers(post, await credentials(), at);
    const answer = await connections
      .exchange(printPost(path, headers, body), options)
      .catch((error) => {
        throw error instanceof NoResponse ? new Garbled(this.#name, 'is not HTTP', error) : error;
      });
    if (answer.status === 200) return this.#parse(answer.body);
    this.#skewMs = skewOf(answer.date);
    throw new Refused(this.#name, typeOf(answer.body), answer.status);
  }

  async #reach(): Promise<Reached> {
    const service = await this.#locate();
    const { signedFor, type } = PROTOCOLS[this.#name];
    return {
      ...service,
      path: service.url.pathname.replace(/\/?$/, '/'),
      signature: new Signature(service.region, signedFor, type),
      connections: new Connections(service.url),
    };
  }

  #parse(text: string): object {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return value;
    } catch (cause) {
      throw new Garbled(this.#name, 'is not JSON', cause);
    }
    throw new Garbled(this.#name, 'is not an object');
  }
}

/** A request of HTTP/1.1, whole (RFC 9112 §3); the headers have its length. */
function printPost(path: string, headers: Readonly<Record<string, string>>, body: string): string {
  let text = `POST ${path} HTTP/1.1\r\n`;
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  return `${text}\r\n${body}`;
}

/** `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}`; undefined: not AWS's. */
function typeOf(text: string): string | undefined {
  return /"__type"\s*:\s*"(?:[^"#]*#)?([A-Za-z]+)"/.exec(text)?.[1];
}

/** By how much the service is ahead of this machine, where it would refuse a signature for that. */
function skewOf(date: string | undefined): number {
  const ahead = Date.parse(date ?? '') - Date.now();
  return Math.abs(ahead) > MAX_SKEW_MS ? ahead : 0;
}
