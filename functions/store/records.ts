import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { VersionConflict } from './errors.ts';
import { expiry, readStamp, stampAttributes } from './history.ts';
import type { Key } from './keys.ts';
import type { Stamp, Table } from './table.ts';
import { type Attributes, Outrun, pause, type Write } from './transactions.ts';

/** A record as it stands in the table. One that was removed is only its last stamp. */
export interface Stored {
  readonly stamp: Stamp;
  /** Absent: removed. */
  readonly item?: Attributes;
}

export async function readStored(table: Table, key: Key): Promise<Stored | undefined> {
  const { Item } = await table.client.send(
    new GetItemCommand({
      TableName: table.name,
      Key: { pk: { S: key.pk }, sk: { S: key.sk } },
      ConsistentRead: true,
    }),
  );
  return Item && asStored(Item);
}

export const asStored = (item: Attributes): Stored =>
  item.removed ? { stamp: readStamp(item) } : { stamp: readStamp(item), item };

/**
 * Replaces a record, or removes it (`attributes` absent), if it is still as it was read. What is
 * left of a removed one keeps its version, so that nobody mistakes a later one for it.
 */
export function recordWrite(
  table: Table,
  key: Key,
  read: Stored | undefined,
  stamp: Stamp,
  attributes: Attributes | undefined,
): Write {
  return {
    key,
    put: {
      ...stampAttributes(stamp),
      ...(attributes ?? { removed: { BOOL: true }, ...expiry(table) }),
    },
    condition: read
      ? { attribute: 'version', equals: { N: String(read.stamp.version) } }
      : 'absent',
  };
}

/** The version that others see: 0 where there is none. */
export const liveVersion = (stored: Stored | undefined): number =>
  stored?.item ? stored.stamp.version : 0;

/** Throws `VersionConflict` unless it is at the expected version (0: not there; absent: any). */
export function expectVersion(
  subject: string,
  expect: number | undefined,
  stored: Stored | undefined,
): void {
  const found = liveVersion(stored);
  if (expect !== undefined && expect !== found) {
    throw new VersionConflict(subject, expect, found);
  }
}

/**
 * Reads, decides and writes (`step`) again as long as others are faster. Whoever expects a version
 * learns of theirs in the second round.
 */
export async function untilCurrent<T>(
  subject: string,
  step: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; attempt < 15; attempt++) {
    try {
      return await step(attempt);
    } catch (error) {
      if (!(error instanceof Outrun)) throw error;
      await pause(attempt);
    }
  }
  throw new VersionConflict(subject, undefined);
}
