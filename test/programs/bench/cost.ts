import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { fixed } from './result.ts';
import type { World } from './world.ts';

/**
 * List prices in US dollars, us-east-1, on demand, without free tiers, as AWS published them in
 * January 2025 (aws.amazon.com/lambda/pricing, /dynamodb/pricing/on-demand, /api-gateway/pricing,
 * /cloudwatch/pricing). Check them before you rely on the sums.
 */
export const PRICES = {
  lambdaRequest: 0.2 / 1e6,
  /** arm64 */
  lambdaGigabyteSecond: 0.0000133334,
  httpApiRequest: 1.0 / 1e6,
  readRequestUnit: 0.125 / 1e6,
  logGigabyte: 0.5,
  logGigabyteMonth: 0.03,
  tableGigabyteMonth: 0.25,
  backupGigabyteMonth: 0.2,
} as const;

const MEMORY_GIGABYTES = 0.5;
/** A call that is answered, and half the calls asked about a second time with their outcome. */
const DECISIONS_PER_CALL = 1.5;
/** One log line with its metrics. */
const LOG_BYTES = 1100;
const CUSTOMERS = [
  ['a company, 100,000 calls a month', 1e5],
  ['a provider, 5 million', 5e6],
  ['a carrier, 200 million', 2e8],
] as const;

/** Read units of one warm decision: an eventually consistent read is half a unit per 4 KB. */
export async function readUnits({ client, table }: World): Promise<number> {
  const Key = { pk: { S: 'ROUTE#example.com#bob' }, sk: { S: '-' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table.name, Key }));
  const bytes = Object.entries(Item ?? {}).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(Object.values(value).join('')),
    0,
  );
  return 0.5 * Math.ceil(bytes / 4096);
}

/** What one decision costs, in US dollars, by what asks for it. */
export function decisionPrice(of: {
  readonly units: number;
  /** As billed, and of so much memory. */
  readonly milliseconds: number;
  readonly gigabytes: number;
  readonly logBytes: number;
}): Readonly<Record<string, number>> {
  return {
    'API Gateway': PRICES.httpApiRequest,
    'Lambda, requests': PRICES.lambdaRequest,
    'Lambda, time': (of.milliseconds / 1000) * of.gigabytes * PRICES.lambdaGigabyteSecond,
    'DynamoDB, reads': of.units * PRICES.readRequestUnit,
    'CloudWatch, log lines': (of.logBytes / 1e9) * PRICES.logGigabyte,
  };
}

/** What calls cost on AWS, from what was measured. Calculated, never billed. */
export function costNotes(units: number, warmMs: number): string[] {
  const milliseconds = Math.ceil(warmMs);
  const gigabytes = MEMORY_GIGABYTES;
  const parts = decisionPrice({ units, milliseconds, gigabytes, logBytes: LOG_BYTES });
  const decision = Object.values(parts).reduce((sum, part) => sum + part, 0);
  const call = decision * DECISIONS_PER_CALL;
  return [
    `cost, calculated from ${units} read units, ${Math.ceil(warmMs)} ms billed at ${MEMORY_GIGABYTES} GB and list prices of January 2025: $${fixed(call * 1e6)} per million calls`,
    ...CUSTOMERS.map(([who, calls]) => `  ${who}: $${fixed(call * calls)}`),
    '  for comparison, two small servers for a redundant pair (t4g.small, same list): $24.53 a month, whatever the load, and their care',
  ];
}
