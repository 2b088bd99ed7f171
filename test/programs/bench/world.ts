import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { apply } from '../../../functions/provision/apply/apply.ts';
import { desiredOf } from '../../../functions/provision/apply/desired.ts';
import { makePlan } from '../../../functions/provision/apply/plan.ts';
import { openTable, type Table } from '../../../functions/store/table.ts';
import { seedTokenKeys } from '../../../functions/store/token-keys.ts';
import { createTable } from '../../../infra/local/create-table.ts';
import { startDatabase } from '../../../infra/local/database.ts';
import { loadDocuments } from '../../../infra/local/documents.ts';
import { localPeer, writePeer } from '../../../infra/local/peer.ts';

/** The embedded database with the example's rules and one peer. */
export interface World {
  readonly client: DynamoDBClient;
  readonly table: Table;
  /** What a Lambda's environment would hold. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const AUTHOR = { who: 'bench', from: 'localhost' };

/**
 * @param folder where the data is kept; absent: in memory
 * @param rules the documents of the domain `example.com`
 */
export async function startWorld(
  folder?: string,
  documents = ['infra/rules/example.com.yaml'],
): Promise<World> {
  const database = await startDatabase(folder);
  const client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const table = openTable(client, 'divert-bench');
  await createTable(client, table.name);
  const [rules] = loadDocuments(documents);
  if (rules === undefined) throw new Error('no rules');
  await apply(table, await makePlan(table, desiredOf(rules)), { author: AUTHOR });
  await writePeer(table, localPeer([rules.policy.domain]), 'bench-key', AUTHOR);
  await seedTokenKeys(table, AUTHOR);
  return {
    client,
    table,
    environment: {
      DIVERT_TABLE: table.name,
      STAGE: 'bench',
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      DIVERT_DEADLINE_MS: '10000',
    },
    stop: async () => {
      client.destroy();
      await database.stop();
    },
  };
}

/** An API Gateway event (payload 2.0) that asks where a busy user's call goes. */
export function eventFor(user: string, i = 0): object {
  return {
    version: '2.0',
    routeKey: 'POST /v1/route',
    rawPath: '/v1/route',
    rawQueryString: '',
    headers: { authorization: 'Bearer bench-key', 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST', path: '/v1/route', sourceIp: '127.0.0.1' } },
    body: JSON.stringify({
      callId: `bench-${i}`,
      requestUri: `sip:${user}@example.com`,
      from: '<sip:alice@example.com>;tag=1',
      to: `<sip:${user}@example.com>`,
      outcome: { status: 486 },
    }),
    isBase64Encoded: false,
  };
}
