import { historyWrite, nextStamp } from './history.ts';
import { switchesKey, switchHistory } from './keys.ts';
import { expectVersion, readStored, recordWrite, untilCurrent } from './records.ts';
import type { Author, Stamp, Table } from './table.ts';
import { transact } from './transactions.ts';

/** A switch of a domain. One that was never touched is off, and has no record. */
export interface SwitchRecord extends Stamp {
  readonly name: string;
  readonly on: boolean;
}

/** What calls read of a domain's switches: the names of those that are on. */
export interface SwitchesOn {
  readonly on: readonly string[];
}

/** Every switch of a domain that was ever touched, by name. */
export async function getSwitches(
  table: Table,
  domain: string,
): Promise<ReadonlyMap<string, SwitchRecord>> {
  const stored = await readStored(table, switchesKey(domain));
  return recordsIn(stored?.item?.records?.S);
}

/**
 * Switches one on or off, with its history entry, in one transaction. What changes nothing writes
 * nothing.
 *
 * @param expect the version this was decided on, 0 for none; absent: whatever is there
 * @throws {VersionConflict}
 */
export async function changeSwitch(
  table: Table,
  domain: string,
  name: string,
  on: boolean,
  author: Author,
  expect?: number,
): Promise<SwitchRecord> {
  const subject = `switch ${name} of ${domain}`;
  const key = switchesKey(domain);
  return untilCurrent(subject, async () => {
    const stored = await readStored(table, key);
    const records = recordsIn(stored?.item?.records?.S);
    const before = records.get(name);
    expectVersion(subject, expect, before && { stamp: before, item: {} });
    if (before && before.on === on) return before;
    const after = { ...nextStamp(table, before, author), name, on };
    records.set(name, after);
    const all = [...records.values()];
    const calls: SwitchesOn = { on: all.flatMap((one) => (one.on ? one.name : [])) };
    await transact(table, subject, [
      recordWrite(table, key, stored, nextStamp(table, stored?.stamp, author), {
        json: { S: JSON.stringify(calls) },
        records: { S: JSON.stringify(all) },
      }),
      historyWrite(table, switchHistory(domain, name), after, 'put', before),
    ]);
    return after;
  });
}

function recordsIn(json: string | undefined): Map<string, SwitchRecord> {
  const records: SwitchRecord[] = JSON.parse(json ?? '[]');
  return new Map(records.map((record) => [record.name, record]));
}
