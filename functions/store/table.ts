import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The table as writers see it. */
export interface Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long a change stays in the history, and a removed record's version is remembered. */
  readonly historyDays: number;
}

/** Who changes something, and from where: `divert apply` on a host, a token's subject and its address. */
export interface Author {
  readonly who: string;
  readonly from: string;
}

/** What every record carries about its last change. */
export interface Stamp extends Author {
  /** Grows by one with every change, over removals too. */
  readonly version: number;
  /** RFC 3339, UTC, milliseconds; later than that of the version before. */
  readonly at: string;
}

export function openTable(
  client: DynamoDBClient,
  name: string,
  options: { now?: () => number; historyDays?: number } = {},
): Table {
  return {
    client,
    name,
    now: options.now ?? Date.now,
    historyDays: options.historyDays ?? 400,
  };
}
