import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { REDIRECT } from '../wire/redirect.ts';

/** The least that a webhook over a table can be: one item read by the SDK, the answer written beforehand. */
const client = new DynamoDBClient({});

export async function handler(): Promise<object> {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: process.env.DIVERT_TABLE,
      Key: { pk: { S: 'ROUTE#example.com#away' }, sk: { S: '-' } },
    }),
  );
  if (Item === undefined) throw new Error('the item is not there');
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: REDIRECT };
}
