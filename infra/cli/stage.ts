import { hostname, userInfo } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import { historyDaysIn } from '../../functions/provision/settings.ts';
import { type Author, openTable, type Table } from '../../functions/store/table.ts';
import { deployedTable } from './deployed.ts';
import { Failure } from './failure.ts';
import { runningTable } from './local.ts';
import type { Output } from './output.ts';
import { retryStrategy } from './retry-strategy.ts';

/** Where a command reads and writes. */
export interface Place {
  readonly stage: string;
  /** AWS's number of the account, or `local`. */
  readonly account: string;
  readonly region: string;
  readonly table: Table;
  /** Who is at work, as the account or this machine knows them. */
  readonly who: string;
}

export interface StageOptions {
  readonly stage: string;
  readonly region?: string;
  readonly table?: string;
}

/**
 * Adds --stage and --region. Only they choose the table: whatever AWS_PROFILE happens to be set,
 * without --stage (or DIVERT_STAGE) it is that of this machine.
 */
export function withStage(command: Command): Command {
  return command
    .option('--stage <stage>', 'local, or a deployed stage', process.env.DIVERT_STAGE || 'local')
    .option('--region <region>', 'AWS region of the stage; default: as the AWS settings say')
    .option('--table <name>', "another table than the stage's, as one that AWS restored");
}

/** Finds the table of a stage. Throws `Failure`, or what the SDK throws. */
export async function openStage({ stage, region, table: named }: StageOptions): Promise<Place> {
  if (stage === 'local') {
    const { table, endpoint, ...connection } = runningTable();
    const client = new DynamoDBClient({ endpoint, ...connection, retryStrategy });
    return {
      stage,
      account: `local (${endpoint})`,
      region: connection.region,
      table: openTable(client, named ?? table, { historyDays: historyDays() }),
      who: userInfo().username,
    };
  }
  const found = await deployedTable(stage, region);
  const client = new DynamoDBClient({ region: found.region, retryStrategy });
  return {
    stage,
    account: found.account,
    region: found.region,
    table: openTable(client, named ?? found.table, { historyDays: historyDays() }),
    who: found.who,
  };
}

/** The deployment's setting of the same name. Throws `Failure` where it is none. */
function historyDays(): number {
  try {
    return historyDaysIn(process.env);
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

/** Where it happens, in a line: printed before anything is planned or changed. */
export const placeLine = ({ stage, account, region, table }: Place): string =>
  `stage ${stage} · account ${account} · region ${region} · table ${table.name}`;

/** `openStage`, told first of all. */
export async function openShown(options: StageOptions, output: Output): Promise<Place> {
  const place = await openStage(options);
  output.text(`${placeLine(place)}\n`);
  output.facts(placeFacts(place));
  return place;
}

export const placeFacts = ({ stage, account, region, table }: Place): object => ({
  ...{ stage, account, region, table: table.name },
});

/** What goes into the history for what a command changes. */
export const authorOf = ({ who }: Place, command: string): Author => ({
  who,
  from: `divert ${command} on ${hostname()}`,
});
