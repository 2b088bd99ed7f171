import type { KeyObject } from 'node:crypto';
import type { Peer, Policy, Subscriber, Switches, TokenKeys } from '../decide/model.ts';
import type { ReadOptions } from '../store/get-item.ts';
import type { RuleReader } from '../store/reader.ts';
import { searchKeyObject } from '../store/search-hash.ts';
import { Cache, type Entry, Known } from './cache.ts';
import type { ReadBudget } from './read-budget.ts';

/** Peers, policies, switches and token keys may be this old: 30 s. */
const FRESH_MS = 30_000;
/** From this age on they are read again beside the call, so that no call waits for it. */
const REFRESH_MS = 20_000;
/** That there is no such peer or policy is believed for 5 s. */
const ABSENT_MS = 5_000;
/** A loop token with an unknown key makes the token's keys be read again, once a second at most. */
const UNKNOWN_KEY_MS = 1_000;
/** DynamoDB takes partition keys of 2048 bytes; no user's name comes near. */
const MAX_NAME = 512;

/** Where there is no key by which calls are found, it is asked for again after a minute. */
const NO_SEARCH_KEY_MS = 60_000;
/** Where it could not be read, after a second. */
const SEARCH_KEY_FAILED_MS = 1_000;

const TOKEN = 'TOKEN';

/**
 * What this instance knows of the store. Peers, policies, switches and token keys are cached for 30 s;
 * subscribers are read for every call, and remembered only as last known rules, for 15 minutes.
 */
export class RuleCache {
  readonly #reader: RuleReader;
  readonly #deadlineMs: number;
  readonly #peers = new Known<Peer>(5_000, 4 << 20);
  readonly #policies = new Known<Policy>(1_000, 8 << 20);
  readonly #switches = new Known<Switches>(1_000, 1 << 20);
  readonly #tokenKeys = new Known<TokenKeys>(1, 1 << 10);
  readonly #subscribers = new Known<Subscriber>(20_000, 8 << 20);
  readonly #served = new Cache<boolean>(1_000);
  readonly #refreshing = new Set<string>();
  #searchKey: KeyObject | undefined;
  /** Not before. */
  #searchKeyAgainAt = Number.NEGATIVE_INFINITY;

  constructor(reader: RuleReader, deadlineMs: number) {
    this.#reader = reader;
    this.#deadlineMs = deadlineMs;
  }

  /** The peer that holds a key, given the key's SHA-256. */
  peer(hash: string, now: number, reads: ReadBudget): Peer | undefined | Promise<Peer | undefined> {
    return this.#cached(this.#peers, hash, now, reads, (how) => this.#reader.peer(hash, how));
  }

  policy(
    domain: string,
    now: number,
    reads: ReadBudget,
  ): Policy | undefined | Promise<Policy | undefined> {
    return this.#cached(this.#policies, domain, now, reads, (how) =>
      this.#reader.policy(domain, how),
    );
  }

  /** Reads a policy that is known to have changed. */
  async newerPolicy(domain: string, now: number, reads: ReadBudget): Promise<Policy | undefined> {
    const policy = await reads.read((how) =>
      this.#reader.policy(domain, { ...how, consistent: true }),
    );
    this.#policies.set(domain, policy, now);
    return policy;
  }

  /** Which of a domain's switches are on: where nobody has set one, none. */
  switches(
    domain: string,
    now: number,
    reads: ReadBudget,
  ): Switches | undefined | Promise<Switches | undefined> {
    return this.#cached(this.#switches, domain, now, reads, (how) =>
      this.#reader.switches(domain, how),
    );
  }

  /** Always from the store. */
  async subscriber(
    domain: string,
    key: string,
    now: number,
    reads: ReadBudget,
  ): Promise<Subscriber | undefined> {
    if (key.length > MAX_NAME) return undefined;
    const subscriber = await reads.read((how) => this.#reader.subscriber(domain, key, how));
    this.#subscribers.set(`${domain}#${key}`, subscriber, now);
    return subscriber;
  }

  /** Never fails: without keys there is no token, and the call is decided all the same. */
  tokenKeys(
    now: number,
    reads: ReadBudget,
  ): TokenKeys | undefined | Promise<TokenKeys | undefined> {
    const keys = this.#cached(this.#tokenKeys, TOKEN, now, reads, (how) =>
      this.#reader.tokenKeys(how),
    );
    return keys instanceof Promise ? keys.catch(() => this.lastTokenKeys(now)) : keys;
  }

  /** The key by which calls are found in the log, which never changes. No call waits for it. */
  searchKey(now: number): KeyObject | undefined {
    if (this.#searchKey === undefined && now >= this.#searchKeyAgainAt) {
      void this.readSearchKey(now, { signal: AbortSignal.timeout(this.#deadlineMs) });
    }
    return this.#searchKey;
  }

  /** Reads that key, unless it was just asked for. Never fails. */
  async readSearchKey(now: number, how: ReadOptions): Promise<void> {
    if (now < this.#searchKeyAgainAt) return;
    this.#searchKeyAgainAt = now + SEARCH_KEY_FAILED_MS;
    try {
      const key = await this.#reader.searchKey?.(how);
      if (key) this.#searchKey = searchKeyObject(key);
      else this.#searchKeyAgainAt = now + NO_SEARCH_KEY_MS;
    } catch {
      // The calls are decided all the same, and one of the next asks again.
    }
  }

  /**
   * Whether a domain that is none of the peer's is served here too. Never fails: where it can't be
   * known, it is not.
   */
  async serves(domain: string, now: number, reads: ReadBudget): Promise<boolean> {
    const known = this.#served.get(domain, now, FRESH_MS);
    if (known !== undefined) return known.value;
    const { serves } = this.#reader;
    if (serves === undefined || domain.length > MAX_NAME) return false;
    try {
      const is = await reads.read((how) => serves(domain, how));
      this.#served.set(domain, is, now);
      return is;
    } catch {
      return false;
    }
  }

  /** What was last known of `serves`. */
  lastServes(domain: string, now: number): boolean {
    return this.#served.get(domain, now)?.value ?? false;
  }

  /** After a token with an unknown key: reads the keys again, unless that was just done. */
  async newerTokenKeys(now: number, reads: ReadBudget): Promise<TokenKeys | undefined> {
    const recent = this.#tokenKeys.get(TOKEN, now, UNKNOWN_KEY_MS);
    if (recent !== undefined) return recent.value;
    try {
      const keys = await reads.read((how) => this.#reader.tokenKeys(how));
      this.#tokenKeys.set(TOKEN, keys, now);
      return keys;
    } catch {
      return this.lastTokenKeys(now);
    }
  }

  lastPeer(hash: string, now: number): Peer | undefined {
    return this.#peers.get(hash, now)?.value;
  }

  lastPolicy(domain: string, now: number): Entry<Policy | undefined> | undefined {
    return this.#policies.get(domain, now);
  }

  lastSwitches(domain: string, now: number): Entry<Switches | undefined> | undefined {
    return this.#switches.get(domain, now);
  }

  lastSubscriber(
    domain: string,
    key: string,
    now: number,
  ): Entry<Subscriber | undefined> | undefined {
    return this.#subscribers.get(`${domain}#${key}`, now);
  }

  lastTokenKeys(now: number): TokenKeys | undefined {
    return this.#tokenKeys.get(TOKEN, now)?.value;
  }

  #cached<T extends object>(
    known: Known<T>,
    key: string,
    now: number,
    reads: ReadBudget,
    load: (how: ReadOptions) => Promise<T | undefined>,
  ): T | undefined | Promise<T | undefined> {
    const entry = known.get(key, now, FRESH_MS, ABSENT_MS);
    if (entry === undefined) {
      return reads.read(load).then((value) => {
        known.set(key, value, now);
        return value;
      });
    }
    if (now - entry.readAt >= REFRESH_MS) this.#refresh(known, key, now, load);
    return entry.value;
  }

  /** Beside the call: when it fails, the next call tries again. */
  #refresh<T extends object>(
    known: Known<T>,
    key: string,
    now: number,
    load: (how: ReadOptions) => Promise<T | undefined>,
  ): void {
    if (this.#refreshing.has(key)) return;
    this.#refreshing.add(key);
    load({ signal: AbortSignal.timeout(this.#deadlineMs) })
      .then(
        (value) => known.set(key, value, now),
        () => {},
      )
      .finally(() => this.#refreshing.delete(key));
  }
}
