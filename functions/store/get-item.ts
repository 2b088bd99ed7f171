import type { IncomingMessage } from 'node:http';
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { HttpRequest } from '@smithy/core/protocols';
import type { Key } from './keys.ts';
import { Signature } from './signature.ts';

/** DynamoDB did not give an answer; `name` is its word for why: `ThrottlingException`. */
export class ReadRefused extends Error {
  /** As the SDK has it: whether to ask again can help. */
  readonly $fault: 'client' | 'server';

  constructor(name: string | undefined, status: number) {
    super(`DynamoDB answered ${status}`);
    this.name = name ?? `Status${status}`;
    this.$fault = status >= 500 ? 'server' : 'client';
  }
}

/** An answer that is not DynamoDB's: a proxy's, or half of one. */
export class NotDynamoDb extends Error {
  override readonly name = 'NotDynamoDb';
}

/** An item in DynamoDB's JSON, not looked at: `{"pk": {"S": "…"}}`. */
export type RawItem = Readonly<Record<string, { readonly S?: unknown } | undefined>>;

export interface GetOptions {
  readonly consistent?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}
export type GetItem = (key: Key, options: GetOptions) => Promise<RawItem | undefined>;

/** Clocks that differ by more make signatures invalid: 5 minutes, less a margin. */
const MAX_SKEW_MS = 240_000;

/**
 * GetItem with the client's endpoint, region, credentials and connections, but without the steps in
 * which the SDK makes, signs, retries and reads any request of any service: one read is all that a
 * warm call does, and they are three quarters of its cost. It is never retried here.
 *
 * Rejects with `ReadRefused`, `NotDynamoDb` or a connection's error.
 */
export function createGetItem(client: DynamoDBClient, table: string): GetItem {
  const { config } = client;
  const start = `{"TableName":${JSON.stringify(table)},"Key":{"pk":{"S":`;
  let service: ReturnType<typeof serviceOf> | undefined;
  let skewMs = 0;

  return async ({ pk, sk }, { consistent = false, signal }) => {
    service ??= serviceOf(client, table).catch((error) => {
      service = undefined;
      throw error;
    });
    const { url, signature } = await service;
    const credentials = await config.credentials();
    const key = `${JSON.stringify(pk)}},"sk":{"S":${JSON.stringify(sk)}}}`;
    const body = `${start}${key},"ConsistentRead":${consistent}}`;
    const target = 'DynamoDB_20120810.GetItem';
    const at = new Date(Date.now() + skewMs);
    const path = url.pathname.replace(/\/?$/, '/');
    const headers = signature.headers({ path, host: url.host, target, body }, credentials, at);
    const request = new HttpRequest({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port && { port: Number(url.port) }),
      path,
      headers,
      body,
    });
    const { response } = await config.requestHandler.handle(request, {
      ...(signal && { abortSignal: signal }),
    });
    const text = await textOf(response.body);
    if (response.statusCode === 200) return (parse(text) as { Item?: RawItem }).Item;
    skewMs = skewOf(response.headers.date);
    throw new ReadRefused(typeOf(text), response.statusCode);
  };
}

/** Where the table is and how to sign for it: the SDK's own rules, applied once. */
async function serviceOf(
  { config }: DynamoDBClient,
  table: string,
): Promise<{ url: URL; signature: Signature }> {
  const { url, properties } = await getEndpointFromInstructions(
    { TableName: table },
    GetItemCommand,
    { ...config },
  );
  const region = properties?.authSchemes?.[0]?.signingRegion ?? (await config.region());
  return { url, signature: new Signature(region, 'dynamodb') };
}

function textOf(body: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    body.setEncoding('utf8');
    body.on('data', (part: string) => {
      text += part;
    });
    body.on('end', () => resolve(text));
    body.on('error', reject);
  });
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw new NotDynamoDb('the answer is not JSON', { cause });
  }
  throw new NotDynamoDb('the answer is not an object');
}

/** `{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}`; undefined: not DynamoDB's. */
function typeOf(text: string): string | undefined {
  return /"__type"\s*:\s*"(?:[^"#]*#)?([A-Za-z]+)"/.exec(text)?.[1];
}

/** By how much the service is ahead of this machine, where it would refuse a signature for that. */
function skewOf(date: string | undefined): number {
  const ahead = Date.parse(date ?? '') - Date.now();
  return Math.abs(ahead) > MAX_SKEW_MS ? ahead : 0;
}
