import type { Peer, Policy, SearchKey, Subscriber, Switches, TokenKeys } from '../decide/model.ts';
import type { GetItem, ReadOptions } from './get-item.ts';
import {
  type Key,
  peerKeyKey,
  policyKey,
  routeKey,
  SEARCH_KEY,
  switchesKey,
  TOKEN_KEY,
} from './keys.ts';

/** What a call reads. Each is one GetItem; `undefined` where there is no such item. */
export interface RuleReader {
  /** The peer whose key has this SHA-256 (hex). */
  peer(keyHash: string, options?: ReadOptions): Promise<Peer | undefined>;
  /** `consistent` where the cached version is known to be too old. */
  policy(domain: string, options?: ReadOptions): Promise<Policy | undefined>;
  /** By any name: user, E.164 alias or short number. */
  subscriber(domain: string, key: string, options?: ReadOptions): Promise<Subscriber | undefined>;
  /** Of a domain whose policy has any. */
  switches(domain: string, options?: ReadOptions): Promise<Switches | undefined>;
  tokenKeys(options?: ReadOptions): Promise<TokenKeys | undefined>;
  /** Without it, calls are logged so that nobody finds them by hash. */
  searchKey?(options?: ReadOptions): Promise<SearchKey | undefined>;
  /**
   * Whether this table has rules of a domain, none of which are read; without it no domain counts
   * as served but the peer's own.
   */
  serves?(domain: string, options?: ReadOptions): Promise<boolean>;
}

/**
 * An item that is there but is not what was written, or holds another's rules: it counts as a
 * failure of the store.
 */
export class StoreGarbage extends Error {
  constructor(key: Key, what: string, cause?: unknown) {
    super(`the item ${key.pk.split('#')[0]} ${what}: write it again`, { cause });
    this.name = 'StoreGarbage';
  }
}

/**
 * Reads the rules that calls need. Eventually consistent; the item's `json` attribute holds the
 * compiled form as it was written. Throws `StoreGarbage`, or what `GetItem` rejects with.
 */
export function createReader(getItem: GetItem): RuleReader {
  async function read<T>(
    key: Key,
    shape: (value: Partial<T>) => boolean,
    options: ReadOptions = {},
    isAsked: (value: T) => boolean = () => true,
  ): Promise<T | undefined> {
    const item = await getItem(key, options);
    if (!item) return undefined;
    if (item.pk?.S !== key.pk) throw new StoreGarbage(key, 'came under another key');
    const value = parse(key, item.json?.S);
    if (typeof value !== 'object' || value === null || !shape(value)) {
      throw new StoreGarbage(key, 'has not the expected fields');
    }
    // A restore or an edit by hand may put what is sound in itself under the wrong key.
    if (!isAsked(value as T)) throw new StoreGarbage(key, 'holds what is not of its key');
    return value as T;
  }

  return {
    peer: (hash, options) =>
      read<Peer>(peerKeyKey(hash), (p) => isList(p.domains) && isList(p.hosts), options),
    policy: (domain, options) =>
      read<Policy>(
        policyKey(domain),
        (p) => typeof p.version === 'number' && isList(p.allow) && isList(p.first),
        options,
        (p) => p.domain === domain,
      ),
    subscriber: (domain, key, options) =>
      read<Subscriber>(
        routeKey(domain, key),
        (s) =>
          typeof s.user === 'string' && isList(s.aliases) && isList(s.rules) && isList(s.phone),
        options,
        (s) => s.user === key || s.aliases.includes(key),
      ),
    serves: async (domain, options) =>
      (await getItem(policyKey(domain), { ...options, keyOnly: true })) !== undefined,
    switches: (domain, options) =>
      read<Switches>(switchesKey(domain), (s) => isList(s.on), options),
    searchKey: (options) =>
      read<SearchKey>(SEARCH_KEY, (k) => typeof k.secret === 'string', options),
    tokenKeys: (options) =>
      read<TokenKeys>(TOKEN_KEY, (t) => typeof t.current?.secret === 'string', options),
  };
}

function parse(key: Key, json: unknown): unknown {
  if (typeof json !== 'string') throw new StoreGarbage(key, 'has no json');
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new StoreGarbage(key, 'is not JSON', cause);
  }
}

const isList = (value: unknown): boolean => Array.isArray(value);
