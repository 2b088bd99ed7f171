import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { JsonApi } from '../aws/json-api.ts';
import type { Service } from '../aws/service.ts';
import { createGetItem } from './get-item.ts';
import { createReader, type RuleReader } from './reader.ts';

/** Reads the rules where an SDK client is at hand: as it, and where it reads. */
export function sdkReader(client: DynamoDBClient, table: string): RuleReader {
  return createReader(createGetItem(apiOf(client, table), table));
}

/** Each keeps connections open: whoever asks for another reader gets the same ones. */
const apis = new WeakMap<DynamoDBClient, Map<string, JsonApi>>();

function apiOf(client: DynamoDBClient, table: string): JsonApi {
  const known = apis.get(client) ?? new Map<string, JsonApi>();
  apis.set(client, known);
  const api = known.get(table) ?? new JsonApi('DynamoDb', () => serviceOf(client, table));
  known.set(table, api);
  return api;
}

/** Where a client's table is, and as whom it asks: by the SDK's own rules. */
async function serviceOf({ config }: DynamoDBClient, table: string): Promise<Service> {
  const { url, properties } = await getEndpointFromInstructions(
    { TableName: table },
    GetItemCommand,
    { ...config },
  );
  const region = properties?.authSchemes?.[0]?.signingRegion ?? (await config.region());
  return { url, region, credentials: config.credentials };
}
