import {
  type AttributeValue,
  ConditionalCheckFailedException,
  PutItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { forgottenOf, type IsForgotten } from './forgotten.ts';
import { expiry } from './history.ts';
import { rememberedBy, subscriberIn } from './keys.ts';
import type { Table } from './table.ts';

type Item = Record<string, AttributeValue>;

/** How many items are written at a time. */
const AT_ONCE = 25;

/** The domains that a table has rules of, by name. Reads the whole table. */
export async function domainsIn(table: Table): Promise<string[]> {
  const domains: string[] = [];
  for await (const { pk, sk } of items(table, 'begins_with(pk, :domain) AND sk = :policy', {
    ':domain': { S: 'DOMAIN#' },
    ':policy': { S: 'POLICY' },
  })) {
    if (sk?.S === 'POLICY') domains.push(pk?.S?.slice('DOMAIN#'.length) ?? '');
  }
  return domains.sort();
}

/**
 * Gives a table what another remembers of the past and it does not: history entries, the last
 * versions of records that it has never had, so that their versions go on where they were, and the
 * copies of calendars, as their addresses need not answer on such a day. What it has erased of somebody
 * (`forgotten.ts`) does not come back.
 *
 * @returns how many history entries it did not have
 */
export async function copyPast(from: Table, to: Table): Promise<number> {
  let copied = 0;
  const condition =
    'begins_with(pk, :history) OR begins_with(pk, :domain) OR begins_with(pk, :calendars) OR pk = :peers';
  const names = {
    ':history': { S: 'HISTORY#' },
    ':domain': { S: 'DOMAIN#' },
    ':calendars': { S: 'CALENDARS#' },
    ':peers': { S: 'PEERS' },
  };
  const isForgotten = erasuresOf(to);
  let batch: Item[] = [];
  const write = async (): Promise<void> => {
    const written = await Promise.all(batch.map((item) => putIfAbsent(to, item)));
    copied += written.filter((done, i) => done && isHistory(batch[i] as Item)).length;
    batch = [];
  };
  for await (const item of items(from, condition, names)) {
    if (await isForgotten(item)) continue;
    batch.push(isWritten(item) ? lastVersion(item, to) : isHistory(item) ? asCopy(item) : item);
    if (batch.length === AT_ONCE) await write();
  }
  await write();
  return copied;
}

const isHistory = ({ pk }: Item): boolean => pk?.S?.startsWith('HISTORY#') === true;

/** Whether an item is of somebody whose history was erased since: it must not come back. */
function erasuresOf(table: Table): (item: Item) => Promise<boolean> {
  const domains = new Map<string, Promise<IsForgotten>>();
  return async ({ pk, sk, at }) => {
    const of = rememberedBy(pk?.S ?? '') ?? subscriberIn(pk?.S ?? '', sk?.S ?? '');
    if (of?.kind !== 'subscriber') return false;
    const known = domains.get(of.domain) ?? forgottenOf(table, of.domain);
    domains.set(of.domain, known);
    return (await known)(of.user, at?.S ?? '');
  };
}

/** So that nobody is told of a change that was made long ago: see `change.ts`. */
const asCopy = (item: Item): Item => ({ ...item, copied: { BOOL: true } });

/** Whether it is put back by a plan, which gives it its contents. */
const isWritten = ({ pk }: Item): boolean => /^(?:DOMAIN#|PEERS$)/.test(pk?.S ?? '');

/** What is left of a record that was removed: see `recordWrite`. */
function lastVersion({ pk, sk, version, at, who, from }: Item, table: Table): Item {
  const stamp = { pk, sk, version, at, who, from, removed: { BOOL: true }, ...expiry(table) };
  return Object.fromEntries(
    Object.entries(stamp).filter(
      (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
    ),
  );
}

/** Whether it was not there. */
async function putIfAbsent(table: Table, item: Item): Promise<boolean> {
  try {
    await table.client.send(
      new PutItemCommand({
        TableName: table.name,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

async function* items(table: Table, filter: string, values: Item): AsyncGenerator<Item> {
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await table.client.send(
      new ScanCommand({
        TableName: table.name,
        FilterExpression: filter,
        ExpressionAttributeValues: values,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
