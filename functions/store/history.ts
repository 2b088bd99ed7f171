import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Author, Stamp, Table } from './table.ts';
import type { Attributes, Write } from './transactions.ts';

/** One change: the stamp it gave, and what was there before. */
export interface HistoryEntry<T> extends Stamp {
  readonly action: 'put' | 'delete';
  /** The record before; absent where there was none. */
  readonly before?: T;
}

/** The stamp of a change to what carries `before`. */
export function nextStamp(table: Table, before: Stamp | undefined, author: Author): Stamp {
  const earliest = before ? Date.parse(before.at) + 1 : 0;
  return {
    version: (before?.version ?? 0) + 1,
    at: new Date(Math.max(table.now(), earliest)).toISOString(),
    who: author.who,
    from: author.from,
  };
}

export const stampAttributes = (stamp: Stamp): Attributes => ({
  version: { N: String(stamp.version) },
  at: { S: stamp.at },
  who: { S: stamp.who },
  from: { S: stamp.from },
});

export const readStamp = (item: Attributes): Stamp => ({
  version: Number(item.version?.N ?? 0),
  at: item.at?.S ?? '',
  who: item.who?.S ?? '',
  from: item.from?.S ?? '',
});

/** When what is written now may be forgotten: DynamoDB's TTL attribute, seconds since the epoch. */
export const expiry = (table: Table): Attributes => ({
  expires: { N: String(Math.floor(table.now() / 1000) + table.historyDays * 86_400) },
});

/**
 * The history entry that goes into the same transaction as the change.
 *
 * @param part of a subscriber, where nothing else of them was changed
 */
export function historyWrite(
  table: Table,
  history: string,
  stamp: Stamp,
  action: 'put' | 'delete',
  before: unknown,
  part?: 'phone',
): Write {
  return {
    key: { pk: history, sk: stamp.at },
    put: {
      ...stampAttributes(stamp),
      action: { S: action },
      ...(part && { part: { S: part } }),
      ...(before !== undefined && { before: { B: pack(before) } }),
      ...expiry(table),
    },
    condition: 'absent',
  };
}

/** A page of the history, newest first. Pass `next` back as `before` for the older ones. */
export async function listHistory<T>(
  table: Table,
  history: string,
  options: { limit?: number; before?: string } = {},
): Promise<{ entries: HistoryEntry<T>[]; next?: string }> {
  return query(table, history, { ...options, newestFirst: true });
}

/**
 * The first change after an instant (milliseconds since the epoch): its `before` is what held at
 * that instant. `undefined`: what holds now held then.
 */
export async function firstChangeAfter<T>(
  table: Table,
  history: string,
  instant: number,
): Promise<HistoryEntry<T> | undefined> {
  const after = new Date(instant).toISOString();
  const { entries } = await query<T>(table, history, { after, limit: 1, newestFirst: false });
  return entries[0];
}

async function query<T>(
  table: Table,
  history: string,
  range: { before?: string; after?: string; limit?: number; newestFirst: boolean },
): Promise<{ entries: HistoryEntry<T>[]; next?: string }> {
  const bound = range.before ?? range.after;
  const page = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression:
        bound === undefined ? 'pk = :pk' : `pk = :pk AND sk ${range.before ? '<' : '>'} :bound`,
      // TTL deletes late, up to days: what has expired is gone already.
      FilterExpression: 'expires > :now',
      ExpressionAttributeValues: {
        ':pk': { S: history },
        ':now': { N: String(Math.floor(table.now() / 1000)) },
        ...(bound !== undefined && { ':bound': { S: bound } }),
      },
      ScanIndexForward: !range.newestFirst,
      ConsistentRead: true,
      ...(range.limit !== undefined && { Limit: range.limit }),
    }),
  );
  const entries = (page.Items ?? []).map((item) => ({
    ...readStamp(item),
    action: item.action?.S === 'delete' ? ('delete' as const) : ('put' as const),
    ...(item.before?.B && { before: unpack<T>(item.before.B) }),
  }));
  const next = page.LastEvaluatedKey?.sk?.S;
  return next === undefined ? { entries } : { entries, next };
}

/** So many changes are looked through for the one that made what they are of. */
const MOST_CHANGES = 1_000;

/**
 * When what has this history was made, for the last time: since then its name has been its own.
 *
 * @returns milliseconds since the epoch; 0 where the history has forgotten it
 */
export async function createdAt(table: Table, history: string): Promise<number> {
  let start: Attributes | undefined;
  for (let looked = 0; looked < MOST_CHANGES; ) {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        // Only the making of a record has nothing before it.
        FilterExpression: 'attribute_not_exists(#before)',
        ProjectionExpression: 'sk',
        ExpressionAttributeNames: { '#before': 'before' },
        ExpressionAttributeValues: { ':pk': { S: history } },
        ScanIndexForward: false,
        Limit: 100,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    const made = page.Items?.[0]?.sk?.S;
    if (made !== undefined) return Date.parse(made);
    start = page.LastEvaluatedKey;
    if (start === undefined) return 0;
    looked += page.ScannedCount ?? 0;
  }
  return start?.sk?.S === undefined ? 0 : Date.parse(start.sk.S);
}

/** JSON, compressed: a policy may be 300 KB twice over, source and compiled, and an item at most 400 KB. */
export function pack(value: unknown): Uint8Array {
  const text = JSON.stringify(value);
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
}

export const unpack = <T>(packed: Uint8Array): T =>
  JSON.parse(brotliDecompressSync(packed).toString());
