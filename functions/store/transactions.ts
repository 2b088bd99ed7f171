import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  type CancellationReason,
  type Put,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { TooLarge } from './errors.ts';
import type { Key } from './keys.ts';
import type { Table } from './table.ts';

/** DynamoDB's limits for one transaction. */
export const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** DynamoDB's limit for one item is 400 KB; the rest is for keys and stamps. */
const MAX_ITEM_BYTES = 390 * 1024;

export type Attributes = Record<string, AttributeValue>;

/** That an item is not there, or that an attribute of it has this value, or either. */
export type Condition =
  | 'absent'
  | { readonly attribute: string; readonly equals: AttributeValue; readonly orAbsent?: true };

/** One write of a transaction, and what is thrown where its condition does not hold. */
export interface Write {
  readonly key: Key;
  /** Absent: the item is removed, unless `checkOnly`. */
  readonly put?: Attributes;
  /** Nothing is written: the condition has to hold for the others to be. */
  readonly checkOnly?: true;
  /** Absent where the condition on another item of the transaction guards this one too. */
  readonly condition?: Condition;
  /** Turns the item that stood in the way into an error; absent: `Outrun` is thrown. */
  readonly refused?: (found: Attributes) => Error;
}

/** A record changed between reading and writing it. Internal to the writers, who read again. */
export class Outrun extends Error {}

/**
 * All of the writes or none. The client gives every transaction a token, so that one whose answer
 * was lost is not done twice.
 */
export async function transact(table: Table, subject: string, writes: Write[]): Promise<void> {
  checkSize(subject, writes);
  const command = { TransactItems: writes.map((write) => action(table.name, write)) };
  await persist(async () => {
    try {
      await table.client.send(new TransactWriteItemsCommand(command));
    } catch (error) {
      if (error instanceof TransactionCanceledException) refuse(writes, error.CancellationReasons);
      throw error;
    }
  });
}

/** Waits and repeats as long as DynamoDB throttles or another transaction holds an item. */
export async function persist<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (attempt >= 12 || !isPassing(error)) throw error;
      await pause(attempt);
    }
  }
}

/** Up to 50 ms at first, up to 3 s later; random, so that those who collided part. */
export async function pause(attempt: number): Promise<void> {
  await sleep(Math.random() * Math.min(50 * 2 ** attempt, 3000));
}

function refuse(writes: Write[], reasons: CancellationReason[] = []): void {
  const failed = writes.flatMap((write, i) =>
    reasons[i]?.Code === 'ConditionalCheckFailed' ? [{ write, found: reasons[i].Item ?? {} }] : [],
  );
  if (failed.length === 0) return;
  if (failed.some(({ write }) => !write.refused)) throw new Outrun();
  for (const { write, found } of failed) if (write.refused) throw write.refused(found);
}

/** DynamoDB's names for "come again". */
const PASSING = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingError',
  'ThrottlingException',
  'ThrottledException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

function isPassing(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    return codes.every((code) => code === 'None' || PASSING.has(code));
  }
  return error instanceof Error && PASSING.has(error.name);
}

const NOT_THERE = 'attribute_not_exists(pk)';

function conditionExpression(condition: Condition): Pick<
  Put,
  'ExpressionAttributeNames' | 'ExpressionAttributeValues'
> & {
  readonly ConditionExpression: string;
} {
  if (condition === 'absent') return { ConditionExpression: NOT_THERE };
  return {
    ConditionExpression: `${condition.orAbsent ? `${NOT_THERE} OR ` : ''}#a = :a`,
    ExpressionAttributeNames: { '#a': condition.attribute },
    ExpressionAttributeValues: { ':a': condition.equals },
  };
}

function action(
  table: string,
  { key, put, checkOnly, condition, refused }: Write,
): TransactWriteItem {
  const common = {
    TableName: table,
    ...(condition && conditionExpression(condition)),
    ...(refused && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }),
  };
  const itemKey = { pk: { S: key.pk }, sk: { S: key.sk } };
  if (checkOnly && condition) {
    const check = { ...common, ...conditionExpression(condition) };
    return { ConditionCheck: { ...check, Key: itemKey } };
  }
  return put
    ? { Put: { ...common, Item: { ...itemKey, ...put } } }
    : { Delete: { ...common, Key: itemKey } };
}

function checkSize(subject: string, writes: Write[]): void {
  if (writes.length > MAX_ACTIONS) {
    throw new TooLarge(subject, `${writes.length} items to change at once`, `${MAX_ACTIONS}`);
  }
  let total = 0;
  for (const { put } of writes) {
    const size = put ? Object.values(put).reduce((sum, value) => sum + bytes(value), 0) : 0;
    if (size > MAX_ITEM_BYTES) throw new TooLarge(subject, kib(size), kib(MAX_ITEM_BYTES));
    total += size;
  }
  if (total > MAX_BYTES) {
    throw new TooLarge(subject, `${kib(total)} under all its names together`, kib(MAX_BYTES));
  }
}

const bytes = (value: AttributeValue): number =>
  value.S !== undefined ? Buffer.byteLength(value.S) : (value.B?.byteLength ?? 20);

/** A size for people. */
export const kib = (size: number): string => `${Math.ceil(size / 1024)} KB`;
