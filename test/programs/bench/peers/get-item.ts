import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** The floor: the same item read by the SDK, and nothing done with it. */
const client = new DynamoDBClient({});

export async function handler(): Promise<object> {
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: process.env.DIVERT_TABLE,
      Key: { pk: { S: 'ROUTE#example.com#bob' }, sk: { S: '-' } },
    }),
  );
  if (Item === undefined) throw new Error('the item is not there');
  return { statusCode: 200 };
}
