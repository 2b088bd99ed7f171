import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { searchedKey } from './keys.ts';
import type { Table } from './table.ts';

/** What searches of the log have read on a day (UTC), which is what they cost. */

const DAY_MS = 86_400_000;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Bytes that searches have read today. */
export async function searchedToday({ client, name, now }: Table): Promise<number> {
  const { pk, sk } = searchedKey(dayOf(now()));
  const { Item } = await client.send(
    new GetItemCommand({ TableName: name, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  return Number(Item?.bytes?.N ?? 0);
}

/** Adds to them. */
export async function addSearched({ client, name, now }: Table, bytes: number): Promise<void> {
  const { pk, sk } = searchedKey(dayOf(now()));
  await client.send(
    new UpdateItemCommand({
      TableName: name,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'ADD #bytes :more SET expires = :expires',
      ExpressionAttributeNames: { '#bytes': 'bytes' },
      ExpressionAttributeValues: {
        ':more': { N: String(bytes) },
        ':expires': { N: String(Math.floor((now() + 7 * DAY_MS) / 1000)) },
      },
    }),
  );
}

/** Seconds until a new day begins. */
export const untilTomorrow = (now: number): number => Math.ceil((DAY_MS - (now % DAY_MS)) / 1000);
