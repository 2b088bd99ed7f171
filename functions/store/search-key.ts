import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SearchKey } from '../decide/model.ts';
import { SEARCH_KEY } from './keys.ts';
import type { Table } from './table.ts';

/**
 * Makes the key by which calls are found in the log, where there is none yet. It stays: with another
 * one, what was logged before would not be found any more.
 */
export async function seedSearchKey({ client, name }: Table): Promise<void> {
  const key: SearchKey = { secret: randomBytes(32).toString('base64') };
  const item = { pk: { S: SEARCH_KEY.pk }, sk: { S: SEARCH_KEY.sk } };
  try {
    await client.send(
      new PutItemCommand({
        TableName: name,
        Item: { ...item, json: { S: JSON.stringify(key) } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
