import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openTable, type Table } from '../store/table.ts';

/**
 * The table that a function writes: `DIVERT_TABLE`, and `DIVERT_HISTORY_DAYS` (default 400) for how
 * long changes are kept.
 *
 * @throws at start where a setting is wrong, naming it
 */
export function tableFrom(client: DynamoDBClient, env: NodeJS.ProcessEnv): Table {
  const { DIVERT_TABLE: name } = env;
  if (!name) throw new Error('DIVERT_TABLE is not set: it names the DynamoDB table');
  return openTable(client, name, { historyDays: historyDaysIn(env) });
}

/** For how many days changes are kept. @throws where `DIVERT_HISTORY_DAYS` is none */
export function historyDaysIn({ DIVERT_HISTORY_DAYS: days }: NodeJS.ProcessEnv): number {
  if (!days) return 400;
  if (/^[1-9]\d{0,4}$/.test(days)) return Number(days);
  throw new Error(`DIVERT_HISTORY_DAYS is "${days}": give a whole number of days`);
}
