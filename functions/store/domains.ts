import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Policy } from '../decide/model.ts';
import { domainKey } from './keys.ts';
import type { Table } from './table.ts';
import type { Attributes, Write } from './transactions.ts';

/** A domain in the list of all that have rules, so that the list is read without their policies. */
export interface ListedDomain {
  readonly domain: string;
  /** Absent where the domain was listed before the list said more than its name. */
  readonly policy?: DomainSummary;
}

/** What the list says of a domain's policy. */
export interface DomainSummary extends Pick<Policy, 'version' | 'timezone' | 'country'> {
  /** RFC 3339: when it was last changed. */
  readonly at: string;
}

/** What the list takes of a policy as it is stored. */
interface Stated {
  readonly at: string;
  readonly compiled: Pick<Policy, 'version' | 'timezone' | 'country'>;
}

/** Lists a domain, or takes it from the list, beside the change that gives or takes its policy. */
export const domainWrite = (domain: string, record: Stated | undefined): Write => ({
  key: domainKey(domain),
  ...(record && { put: summaryAttributes(record) }),
});

const summaryAttributes = ({ at, compiled }: Stated): Attributes => ({
  at: { S: at },
  version: { N: String(compiled.version) },
  timezone: { S: compiled.timezone },
  ...(compiled.country !== undefined && { country: { S: compiled.country } }),
});

/** Lists a domain whose policy was stored before there was a list, or before it said so much. */
export async function listDomain(
  { client, name }: Table,
  domain: string,
  record: Stated,
): Promise<void> {
  const { pk, sk } = domainKey(domain);
  try {
    await client.send(
      new PutItemCommand({
        TableName: name,
        Item: { pk: { S: pk }, sk: { S: sk }, ...summaryAttributes(record) },
        ConditionExpression: 'attribute_not_exists(version)',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** A domain in the list; undefined where it has no rules. */
export async function getListedDomain(
  { client, name }: Table,
  domain: string,
): Promise<ListedDomain | undefined> {
  const { pk, sk } = domainKey(domain);
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: name,
      Key: { pk: { S: pk }, sk: { S: sk } },
      ConsistentRead: true,
    }),
  );
  return Item && asListed(Item);
}

/** A page of all domains that have rules, by name. Pass `next` back as `after`. */
export async function listDomains(
  { client, name }: Table,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<{ domains: ListedDomain[]; next?: string }> {
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
  const domains = (page.Items ?? []).map(asListed);
  const next = page.LastEvaluatedKey?.sk?.S;
  return next === undefined ? { domains } : { domains, next };
}

function asListed({ sk, at, version, timezone, country }: Attributes): ListedDomain {
  const domain = sk?.S ?? '';
  if (version?.N === undefined) return { domain };
  return {
    domain,
    policy: {
      at: at?.S ?? '',
      version: Number(version.N),
      timezone: timezone?.S ?? 'UTC',
      ...(country?.S !== undefined && { country: country.S as NonNullable<Policy['country']> }),
    },
  };
}
