import { generatePeerKey, hashPeerKey } from '../store/peer-key.ts';
import {
  changePeer,
  MAX_PEER_KEYS,
  type PeerInput,
  type PeerKey,
  type PeerRecord,
} from '../store/peers.ts';
import type { Author, Table } from '../store/table.ts';
import { Absent, Refused } from './refusal.ts';

/** What may be told of a key: it is known by the start of its hash, which tells nothing of it. */
export interface ShownKey {
  readonly id: string;
  /** RFC 3339. */
  readonly created: string;
}

export const shownKey = ({ hash, created }: PeerKey): ShownKey => ({
  id: hash.slice(0, 16),
  created,
});

/** Refuses a peer whose keys are not the caller's to change, by throwing. */
export type MayChange = (record: PeerRecord) => void;

const anybody: MayChange = () => {};

/**
 * Generates a key. What is returned is the only place where it ever stands.
 *
 * @param full what happens where the peer has as many keys as it may: `rotate` ends the oldest
 * @returns the key, what is shown of it, and what was revoked for it
 * @throws {Absent} where there is no such peer
 * @throws {Refused} where there are too many keys
 */
export async function addPeerKey(
  table: Table,
  name: string,
  full: 'refuse' | 'rotate',
  author: Author,
  mayChange: MayChange = anybody,
): Promise<{ readonly key: string; readonly shown: ShownKey; readonly revoked: ShownKey[] }> {
  const key = generatePeerKey();
  const added = { hash: hashPeerKey(key), created: new Date(table.now()).toISOString() };
  let revoked: PeerKey[] = [];
  await changeKeys(table, name, author, mayChange, (keys) => {
    if (full === 'refuse' && keys.length >= MAX_PEER_KEYS) {
      throw new Refused(
        `${name} has ${MAX_PEER_KEYS} keys already: revoke one first, or rotate, which ends the oldest`,
      );
    }
    const oldestFirst = keys.toSorted((a, b) => a.created.localeCompare(b.created));
    const kept = oldestFirst.slice(-(MAX_PEER_KEYS - 1));
    revoked = oldestFirst.filter((one) => !kept.includes(one));
    return [...kept, added];
  });
  return { key, shown: shownKey(added), revoked: revoked.map(shownKey) };
}

/**
 * Ends a key. It counts for up to 30 s more, for as long as handlers keep it.
 *
 * @param id the start of its id
 * @throws {Absent} where there is no such peer or key
 * @throws {Refused} where several keys begin so
 */
export async function revokePeerKey(
  table: Table,
  name: string,
  id: string,
  author: Author,
  mayChange: MayChange = anybody,
): Promise<void> {
  await changeKeys(table, name, author, mayChange, (keys) => {
    const named = keys.filter((key) => shownKey(key).id.startsWith(id.toLowerCase()));
    if (named.length === 0) throw new Absent(`key ${id} of ${name}`);
    if (named.length > 1) throw new Refused(`${name} has several keys ${id}: write more of it`);
    return keys.filter((key) => key !== named[0]);
  });
}

async function changeKeys(
  table: Table,
  name: string,
  author: Author,
  mayChange: MayChange,
  change: (keys: readonly PeerKey[]) => readonly PeerKey[],
): Promise<void> {
  const next = (current: PeerRecord | undefined): PeerInput => {
    if (!current) throw new Absent(`peer ${name}`);
    mayChange(current);
    const { source, compiled, keys } = current;
    return { source, compiled, keys: change(keys) };
  };
  await changePeer(table, { name, next }, author);
}
