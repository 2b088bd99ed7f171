import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamRecord } from '../../functions/provision/tell-changes.ts';

/** How often an open shard is looked at: a person waits for the line. */
const POLL_MS = 500;
/** Of one request, as Lambda takes them. */
const MOST_RECORDS = 100;

/**
 * Reads a table's stream from now on, as Lambda does, as long as the process lives.
 *
 * @param endpoint of the DynamoDB API
 * @param take is given each batch in order; what it throws ends the reading
 * @throws what the API says: one that is not embedded may know no streams
 */
export async function readStream(
  endpoint: string,
  table: string,
  take: (records: readonly StreamRecord[]) => Promise<void>,
): Promise<never> {
  const ask = (target: string, body: object) => askApi(endpoint, target, body);
  const { Table } = await ask('DynamoDB_20120810.DescribeTable', { TableName: table });
  const StreamArn = Table?.LatestStreamArn;
  if (StreamArn === undefined) throw new Error(`the table ${table} has no stream`);
  /** Where to go on in each shard; undefined: it is closed, and read to its end. */
  const iterators = new Map<string, string | undefined>();
  for (let first = true; ; first = false) {
    const { StreamDescription } = await ask('DynamoDBStreams_20120810.DescribeStream', {
      StreamArn,
    });
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      if (iterators.has(ShardId)) continue;
      // One that opens later is read whole.
      const ShardIteratorType = first ? 'LATEST' : 'TRIM_HORIZON';
      const body = { StreamArn, ShardId, ShardIteratorType };
      const { ShardIterator } = await ask('DynamoDBStreams_20120810.GetShardIterator', body);
      iterators.set(ShardId, ShardIterator);
    }
    for (const [shard, ShardIterator] of iterators) {
      if (ShardIterator === undefined) continue;
      const body = { ShardIterator, Limit: MOST_RECORDS };
      const { Records, NextShardIterator } = await ask('DynamoDBStreams_20120810.GetRecords', body);
      if (Records && Records.length > 0) await take(Records);
      iterators.set(shard, NextShardIterator);
    }
    await sleep(POLL_MS, undefined, { ref: false });
  }
}

/** What is read of the answers. */
export interface ApiAnswer {
  readonly Table?: { readonly LatestStreamArn?: string };
  readonly StreamDescription?: { readonly Shards: readonly { readonly ShardId: string }[] };
  readonly ShardIterator?: string;
  readonly Records?: readonly StreamRecord[];
  readonly NextShardIterator?: string;
}

/** Asks a DynamoDB API that checks no signature, of tables or of streams. @throws what it says */
export async function askApi(endpoint: string, target: string, body: object): Promise<ApiAnswer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      // Nobody checks a signature here, but its shape is asked for.
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20260101T000000Z',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
  return (await response.json()) as ApiAnswer;
}
