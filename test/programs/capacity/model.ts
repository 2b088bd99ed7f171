import { decisionPrice, PRICES } from '../bench/cost.ts';

/** A system as somebody runs it. */
export interface Load {
  readonly callsPerDay: number;
  readonly subscribers: number;
  /** Names of a subscriber, the user's own included: an item for each. */
  readonly names: number;
  /** Of the day's calls, those of the busiest hour. */
  readonly busyHour: number;
  /** The busiest second over the mean of that hour. */
  readonly peak: number;
  /** A call is asked about, and half of them once more with their outcome. */
  readonly decisionsPerCall: number;
  /** Milliseconds of an execution: what Lambda bills, and for how long an instance is taken. */
  readonly milliseconds: number;
  readonly memoryGigabytes: number;
  /** Of a subscriber's item, and of a log line. */
  readonly itemBytes: number;
  readonly logBytes: number;
  readonly logDays: number;
}

/** 10^8 calls a day and 10^7 subscribers; the rest as measured or as deployed. */
export const CARRIER: Load = {
  callsPerDay: 1e8,
  subscribers: 1e7,
  names: 3,
  busyHour: 0.1,
  peak: 2,
  decisionsPerCall: 1.5,
  milliseconds: 8,
  memoryGigabytes: 0.5,
  itemBytes: 1_000,
  logBytes: 1_100,
  logDays: 30,
};

/** What AWS or this service allows, and what is needed of it. */
export interface Limit {
  readonly name: string;
  readonly allowed: number;
  readonly needed: number;
  /** What happens above it, and what to do. */
  readonly above: string;
}

/** What comes out. */
export interface Capacity {
  readonly decisionsPerSecond: {
    readonly mean: number;
    readonly busy: number;
    readonly peak: number;
  };
  /** Instances at once in the busiest second. */
  readonly instances: number;
  readonly table: {
    readonly items: number;
    readonly gigabytes: number;
    /** By size or by reads, whichever asks for more. */
    readonly partitions: number;
    readonly readUnitsPerSecond: number;
  };
  readonly logGigabytesPerDay: number;
  /** Closest to its end first. */
  readonly limits: readonly Limit[];
  /** US dollars a month. */
  readonly cost: readonly { readonly name: string; readonly dollars: number }[];
}

const DAY = 86_400;
const MONTH_DAYS = 30;
/** DynamoDB Developer Guide, "Partitions and data distribution" and "Quotas". */
const PARTITION_GIGABYTES = 10;
const PARTITION_READ_UNITS = 3_000;
const TABLE_READ_UNITS = 40_000;
const NEW_TABLE_READ_UNITS = 12_000;
/** Lambda Developer Guide, "Quotas", and "Understanding Lambda function scaling". */
const CONCURRENCY = 1_000;
const NEW_ACCOUNT_CONCURRENCY = 10;
const REQUESTS_PER_INSTANCE = 10;
/** API Gateway Developer Guide, "Quotas": of all HTTP and REST APIs of an account in a region. */
const API_REQUESTS = 10_000;
/** A deployment's own, `requestsPerSecond`. */
const OWN_REQUESTS = 1_000;
/** An instance reads a policy again so often, in seconds: functions/answer/rule-cache.ts. */
const POLICY_REFRESH = 20;

export function capacityOf(load: Load): Capacity {
  const mean = (load.callsPerDay * load.decisionsPerCall) / DAY;
  const busy = (load.callsPerDay * load.busyHour * load.decisionsPerCall) / 3_600;
  const peak = busy * load.peak;
  const instances = Math.ceil((peak * load.milliseconds) / 1000);
  const unitsPerRead = 0.5 * Math.ceil(load.itemBytes / 4_096);
  const policyReads = instances / POLICY_REFRESH;
  const readUnitsPerSecond = peak * unitsPerRead + policyReads * 0.5;
  // What calls read, and the record that people change.
  const items = load.subscribers * (load.names + 1);
  const gigabytes = (items * load.itemBytes) / 1e9;
  const partitions = Math.max(
    Math.ceil(gigabytes / PARTITION_GIGABYTES),
    Math.ceil(readUnitsPerSecond / PARTITION_READ_UNITS),
  );
  const logGigabytesPerDay = (mean * DAY * load.logBytes) / 1e9;
  const limits: Limit[] = [
    {
      name: 'concurrency of a new account',
      allowed: NEW_ACCOUNT_CONCURRENCY,
      needed: instances,
      above: 'throttled, the edge routes to B: have it raised before anything else',
    },
    {
      name: "the deployment's `requestsPerSecond`",
      allowed: OWN_REQUESTS,
      needed: peak,
      above: '429, the edge routes to B: set it to twice the peak',
    },
    {
      name: "API Gateway's requests a second, account and region",
      allowed: API_REQUESTS,
      needed: peak,
      above: '429: have it raised, spread over regions, or `functionUrl`',
    },
    {
      name: 'read units a second that a new on-demand table takes at once',
      allowed: NEW_TABLE_READ_UNITS,
      needed: readUnitsPerSecond,
      above: 'throttled while it splits: warm the table (`WarmThroughput`) before traffic moves',
    },
    {
      name: 'concurrency of an account and region',
      allowed: CONCURRENCY,
      needed: instances,
      above: 'throttled: have it raised; `reservedConcurrency` keeps the share of Divert',
    },
    {
      name: 'requests a second that so many instances take',
      allowed: CONCURRENCY * REQUESTS_PER_INSTANCE,
      needed: peak,
      above: 'throttled: raised with the concurrency',
    },
    {
      name: 'read units a second of a table',
      allowed: TABLE_READ_UNITS,
      needed: readUnitsPerSecond,
      above: 'throttled: have it raised',
    },
    {
      name: "read units a second of one partition: a domain's policy",
      allowed: PARTITION_READ_UNITS,
      needed: policyReads * 0.5,
      above: 'last known rules, `degraded`: cannot come before thousands of instances',
    },
  ];
  const decisions = mean * DAY * MONTH_DAYS;
  const price = decisionPrice({
    ...{ units: unitsPerRead, milliseconds: load.milliseconds },
    ...{ gigabytes: load.memoryGigabytes, logBytes: load.logBytes },
  });
  const kept = logGigabytesPerDay * load.logDays * LOG_COMPRESSION;
  const cost = [
    ...Object.entries(price).map(([name, dollars]) => ({ name, dollars: dollars * decisions })),
    { name: 'logs kept', dollars: kept * PRICES.logGigabyteMonth },
    { name: 'table kept', dollars: gigabytes * PRICES.tableGigabyteMonth },
    { name: 'table backed up (point in time)', dollars: gigabytes * PRICES.backupGigabyteMonth },
  ];
  return {
    decisionsPerSecond: { mean, busy, peak },
    instances,
    table: { items, gigabytes, partitions, readUnitsPerSecond },
    logGigabytesPerDay,
    limits: limits.sort((a, b) => b.needed / b.allowed - a.needed / a.allowed),
    cost,
  };
}

/** CloudWatch keeps logs compressed: AWS's own estimate. */
const LOG_COMPRESSION = 0.15;

/** How many calls a day would reach a limit, everything else alike. */
export function callsAt({ allowed, needed }: Limit, load: Load): number {
  return (load.callsPerDay * allowed) / needed;
}
