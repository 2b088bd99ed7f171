import { DeleteItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { recordForgotten } from './forgotten.ts';
import { type Key, subscriberHistory, subscriberRecordKey } from './keys.ts';
import { readStored } from './records.ts';
import type { Author, Table } from './table.ts';
import { type Attributes, persist, transact } from './transactions.ts';

/** How many entries are removed at a time. */
const AT_ONCE = 25;

/**
 * Erases what is remembered of a subscriber: every entry of their history, and where they were
 * removed, what is left of their record. Who is still there stays as they are. That it was done, by
 * whom and when, is kept without their name: see `forgotten.ts`.
 *
 * @returns how many entries there were
 */
export async function forgetSubscriber(
  table: Table,
  domain: string,
  user: string,
  author: Author,
): Promise<number> {
  const history = subscriberHistory(domain, user);
  let forgotten = 0;
  for (;;) {
    const keys = await someOf(table, history);
    await Promise.all(keys.map((key) => remove(table, key)));
    forgotten += keys.length;
    if (keys.length < AT_ONCE) break;
  }
  const key = subscriberRecordKey(domain, user);
  const stored = await readStored(table, key);
  const isLeft = stored !== undefined && !stored.item;
  if (isLeft) {
    const version = { N: String(stored.stamp.version) };
    await transact(table, `${user}@${domain}`, [
      { key, condition: { attribute: 'version', equals: version } },
    ]);
  }
  if (forgotten > 0 || isLeft) await recordForgotten(table, domain, user, forgotten, author);
  return forgotten;
}

async function someOf({ client, name }: Table, history: string): Promise<Key[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: history } },
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
      Limit: AT_ONCE,
    }),
  );
  return Items.map(({ pk, sk }: Attributes) => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' }));
}

async function remove({ client, name }: Table, { pk, sk }: Key): Promise<void> {
  const command = new DeleteItemCommand({ TableName: name, Key: { pk: { S: pk }, sk: { S: sk } } });
  await persist(() => client.send(command));
}
