import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Peer, Policy, Subscriber, TokenKeys } from '../decide/model.ts';
import { type Key, peerKeyKey, policyKey, routeKey, TOKEN_KEY } from './keys.ts';

/** What a call reads. Each is one GetItem; `undefined` where there is no such item. */
export interface RuleReader {
  /** The peer whose key has this SHA-256 (hex). */
  peer(keyHash: string, signal?: AbortSignal): Promise<Peer | undefined>;
  /** `consistent` where the cached version is known to be too old. */
  policy(
    domain: string,
    options?: { consistent?: boolean; signal?: AbortSignal },
  ): Promise<Policy | undefined>;
  /** By any name: user, E.164 alias or short number. */
  subscriber(domain: string, key: string, signal?: AbortSignal): Promise<Subscriber | undefined>;
  tokenKeys(signal?: AbortSignal): Promise<TokenKeys | undefined>;
}

/** An item that is there but is not what was written: it counts as a failure of the store. */
export class StoreGarbage extends Error {
  constructor(key: Key, what: string, cause?: unknown) {
    super(`the item ${key.pk.split('#')[0]} ${what}: write it again`, { cause });
    this.name = 'StoreGarbage';
  }
}

/**
 * Reads the rules that calls need. Eventually consistent; the item's `json` attribute holds the
 * compiled form as it was written. Throws `StoreGarbage`, or what the SDK throws.
 */
export function createReader(client: DynamoDBClient, table: string): RuleReader {
  async function read<T>(
    key: Key,
    shape: (value: Partial<T>) => boolean,
    options: { consistent?: boolean | undefined; signal?: AbortSignal | undefined },
  ): Promise<T | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: table,
        Key: { pk: { S: key.pk }, sk: { S: key.sk } },
        ConsistentRead: options.consistent === true,
      }),
      options.signal ? { abortSignal: options.signal } : {},
    );
    if (!Item) return undefined;
    const value = parse(key, Item.json?.S);
    if (typeof value !== 'object' || value === null || !shape(value)) {
      throw new StoreGarbage(key, 'has not the expected fields');
    }
    return value as T;
  }

  return {
    peer: (hash, signal) =>
      read<Peer>(peerKeyKey(hash), (p) => isList(p.domains) && isList(p.hosts), { signal }),
    policy: (domain, options = {}) =>
      read<Policy>(
        policyKey(domain),
        (p) => typeof p.version === 'number' && isList(p.allow) && isList(p.first),
        options,
      ),
    subscriber: (domain, key, signal) =>
      read<Subscriber>(
        routeKey(domain, key),
        (s) => typeof s.user === 'string' && isList(s.rules) && isList(s.phone),
        { signal },
      ),
    tokenKeys: (signal) =>
      read<TokenKeys>(TOKEN_KEY, (t) => typeof t.current?.secret === 'string', { signal }),
  };
}

function parse(key: Key, json: string | undefined): unknown {
  if (json === undefined) throw new StoreGarbage(key, 'has no json');
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new StoreGarbage(key, 'is not JSON', cause);
  }
}

const isList = (value: unknown): boolean => Array.isArray(value);
