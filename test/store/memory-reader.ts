import type {
  Peer,
  Policy,
  SearchKey,
  Subscriber,
  Switches,
  TokenKeys,
} from '../../functions/decide/model.ts';
import { hashPeerKey } from '../../functions/store/peer-key.ts';
import type { RuleReader } from '../../functions/store/reader.ts';

/** What a `memoryReader` holds; it may be changed between reads. */
export interface Rules {
  /** By key, in clear. */
  peers?: Record<string, Peer>;
  policies?: Policy[];
  /** By domain. */
  subscribers?: Record<string, Subscriber[]>;
  /** By domain. */
  switches?: Record<string, Switches>;
  tokenKeys?: TokenKeys;
  searchKey?: SearchKey;
}

/** Stands in for the store where a test is about something else. Held to `reader.test.ts`. */
export function memoryReader(rules: Rules): RuleReader {
  // A reader gives what was stored, not the object that was stored.
  const copy = <T>(value: T): T => structuredClone(value);
  return {
    peer: async (hash) =>
      copy(Object.entries(rules.peers ?? {}).find(([key]) => hashPeerKey(key) === hash)?.[1]),
    policy: async (domain) => copy(rules.policies?.find((policy) => policy.domain === domain)),
    subscriber: async (domain, key) =>
      copy(
        rules.subscribers?.[domain]?.find(
          ({ user, aliases }) => user === key || aliases.includes(key),
        ),
      ),
    switches: async (domain) => copy(rules.switches?.[domain]),
    tokenKeys: async () => copy(rules.tokenKeys),
    searchKey: async () => copy(rules.searchKey),
    serves: async (domain) => rules.policies?.some((policy) => policy.domain === domain) ?? false,
  };
}
