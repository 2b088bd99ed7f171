import { isDeepStrictEqual } from 'node:util';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Peer } from '../decide/model.ts';
import { PeerKeyTaken, TooLarge } from './errors.ts';
import { historyWrite, nextStamp } from './history.ts';
import { peerHistory, peerKeyKey, peerRecordKey } from './keys.ts';
import {
  asStored,
  expectVersion,
  readStored,
  recordWrite,
  type Stored,
  untilCurrent,
} from './records.ts';
import type { Author, Stamp, Table } from './table.ts';
import { transact, type Write } from './transactions.ts';

/** Two, so that a key can be replaced while the old one still works. */
export const MAX_PEER_KEYS = 2;

export interface PeerKey {
  /** SHA-256 in hex: `hashPeerKey`. */
  readonly hash: string;
  /** RFC 3339. */
  readonly created: string;
}

/** A peer as people declared it, and as calls read it. */
export interface PeerRecord extends Stamp {
  readonly name: string;
  /** Its entry in `peers.yaml`, as JSON. */
  readonly source: unknown;
  readonly compiled: Peer;
  readonly keys: readonly PeerKey[];
}

/** What to store; `keys` absent: they stay. */
export interface PeerInput {
  readonly source: unknown;
  readonly compiled: Peer;
  readonly keys?: readonly PeerKey[];
}

export interface PeerChange {
  readonly name: string;
  /** The version that this was decided on, 0 for none; absent: whatever is there. */
  readonly expect?: number;
  /** What is to be there, or how that follows from what is; `undefined` removes it and its keys. */
  readonly next:
    | PeerInput
    | undefined
    | ((current: PeerRecord | undefined) => PeerInput | undefined);
}

/**
 * Changes a peer under each of its keys at once. An input that changes nothing writes nothing.
 * Throws `VersionConflict`, `PeerKeyTaken`, `TooLarge`.
 */
export async function changePeer(
  table: Table,
  { name, expect, next }: PeerChange,
  author: Author,
): Promise<PeerRecord | undefined> {
  const subject = `peer ${name}`;
  return untilCurrent(subject, async () => {
    const stored = await readStored(table, peerRecordKey(name));
    expectVersion(subject, expect, stored);
    const before = stored && asRecord(stored);
    const input = typeof next === 'function' ? next(before) : next;
    const stamp = nextStamp(table, stored?.stamp, author);
    const after = input && {
      ...stamp,
      name,
      source: input.source,
      compiled: input.compiled,
      keys: input.keys ?? before?.keys ?? [],
    };
    if (after && after.keys.length > MAX_PEER_KEYS) {
      throw new TooLarge(subject, `${after.keys.length} keys`, `${MAX_PEER_KEYS}`);
    }
    if (same(before, after)) return before;
    await transact(table, subject, [
      recordWrite(table, peerRecordKey(name), stored, stamp, after && attributes(after)),
      historyWrite(table, peerHistory(name), stamp, after ? 'put' : 'delete', before),
      ...keyWrites(name, before, after),
    ]);
    return after;
  });
}

function keyWrites(
  name: string,
  before: PeerRecord | undefined,
  after: PeerRecord | undefined,
): Write[] {
  const json = after && JSON.stringify(after.compiled);
  const kept = new Set(after?.keys.map(({ hash }) => hash));
  const hashes = new Set([...kept, ...(before?.keys ?? []).map(({ hash }) => hash)]);
  return [...hashes].map((hash) => ({
    key: peerKeyKey(hash),
    ...(json !== undefined && kept.has(hash) && { put: { peer: { S: name }, json: { S: json } } }),
    condition: { attribute: 'peer', equals: { S: name }, orAbsent: true },
    refused: (found) => new PeerKeyTaken(name, found.peer?.S ?? 'another'),
  }));
}

function same(a: PeerRecord | undefined, b: PeerRecord | undefined): boolean {
  const content = (record: PeerRecord | undefined): unknown =>
    record && JSON.parse(JSON.stringify([record.source, record.compiled, record.keys]));
  return isDeepStrictEqual(content(a), content(b));
}

const attributes = ({ source, compiled, keys }: PeerRecord) => ({
  source: { S: JSON.stringify(source ?? null) },
  compiled: { S: JSON.stringify(compiled) },
  keys: { S: JSON.stringify(keys) },
});

function asRecord({ stamp, item }: Stored): PeerRecord | undefined {
  if (!item) return undefined;
  return {
    ...stamp,
    name: item.sk?.S ?? '',
    source: JSON.parse(item.source?.S ?? 'null'),
    compiled: JSON.parse(item.compiled?.S ?? 'null'),
    keys: JSON.parse(item.keys?.S ?? '[]'),
  };
}

export async function getPeerRecord(table: Table, name: string): Promise<PeerRecord | undefined> {
  const stored = await readStored(table, peerRecordKey(name));
  return stored && asRecord(stored);
}

/** All peers, by name. */
export async function listPeers(table: Table): Promise<PeerRecord[]> {
  const records: PeerRecord[] = [];
  let start: Record<string, { S: string }> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: peerRecordKey('').pk } },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    records.push(...(page.Items ?? []).flatMap((item) => asRecord(asStored(item)) ?? []));
    start = page.LastEvaluatedKey as typeof start;
  } while (start);
  return records;
}
