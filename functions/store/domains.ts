import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { domainKey } from './keys.ts';
import type { Table } from './table.ts';
import type { Write } from './transactions.ts';

/** Lists a domain, or takes it from the list, beside the change that gives or takes its policy. */
export const domainWrite = (domain: string, listed: boolean): Write => ({
  key: domainKey(domain),
  ...(listed && { put: {} }),
});

/** Lists a domain whose policy was stored before there was a list. */
export async function listDomain({ client, name }: Table, domain: string): Promise<void> {
  const { pk, sk } = domainKey(domain);
  const item = { pk: { S: pk }, sk: { S: sk } };
  await client.send(new PutItemCommand({ TableName: name, Item: item }));
}

/** A page of all domains that have rules, by name. Pass `next` back as `after`. */
export async function listDomains(
  { client, name }: Table,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<{ domains: string[]; next?: string }> {
  const { pk } = domainKey('');
  const page = await client.send(
    new QueryCommand({
      TableName: name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ConsistentRead: true,
      Limit: limit,
      ...(after !== undefined && { ExclusiveStartKey: { pk: { S: pk }, sk: { S: after } } }),
    }),
  );
  const domains = (page.Items ?? []).flatMap(({ sk }) => sk?.S ?? []);
  const next = page.LastEvaluatedKey?.sk?.S;
  return next === undefined ? { domains } : { domains, next };
}
