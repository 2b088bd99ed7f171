import type { Switches } from '../decide/model.ts';
import { historyWrite, nextStamp } from './history.ts';
import { switchesHistory, switchesKey } from './keys.ts';
import { readStored, recordWrite, type Stored, untilCurrent } from './records.ts';
import type { Author, Stamp, Table } from './table.ts';
import { transact } from './transactions.ts';

/** The state of a domain's switches and who set it last. It is no part of the policy. */
export interface SwitchesRecord extends Stamp, Switches {}

/** Undefined where none was ever set: then all are off. */
export async function getSwitches(
  table: Table,
  domain: string,
): Promise<SwitchesRecord | undefined> {
  return recordOf(await readStored(table, switchesKey(domain)));
}

/**
 * Sets one switch of a domain; that its policy has it is the caller's to know. What changes nothing
 * writes nothing.
 */
export async function setSwitch(
  table: Table,
  domain: string,
  name: string,
  on: boolean,
  author: Author,
): Promise<SwitchesRecord | undefined> {
  const subject = `the switches of ${domain}`;
  const key = switchesKey(domain);
  return untilCurrent(subject, async () => {
    const stored = await readStored(table, key);
    const before = recordOf(stored);
    const known = before?.on ?? [];
    if (known.includes(name) === on) return before;
    const stamp = nextStamp(table, stored?.stamp, author);
    const state: Switches = {
      on: on ? [...known, name].sort() : known.filter((other) => other !== name),
    };
    await transact(table, subject, [
      recordWrite(table, key, stored, stamp, { json: { S: JSON.stringify(state) } }),
      historyWrite(table, switchesHistory(domain), stamp, 'put', before),
    ]);
    return { ...stamp, ...state };
  });
}

function recordOf(stored: Stored | undefined): SwitchesRecord | undefined {
  if (!stored?.item) return undefined;
  const { on }: Switches = JSON.parse(stored.item.json?.S ?? '{"on":[]}');
  return { ...stored.stamp, on };
}
