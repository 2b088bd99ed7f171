import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openTable, type Table } from '../store/table.ts';

/**
 * The table that a function writes: `DIVERT_TABLE`, and `DIVERT_HISTORY_DAYS` (default 400) for how
 * long changes are kept.
 *
 * @throws at start where a setting is wrong, naming it
 */
export function tableFrom(client: DynamoDBClient, env: NodeJS.ProcessEnv): Table {
  const { DIVERT_TABLE: name, DIVERT_HISTORY_DAYS: days = '400' } = env;
  if (!name) throw new Error('DIVERT_TABLE is not set: it names the DynamoDB table');
  if (!/^[1-9]\d{0,4}$/.test(days)) {
    throw new Error(`DIVERT_HISTORY_DAYS is "${days}": give a whole number of days`);
  }
  return openTable(client, name, { historyDays: Number(days) });
}
