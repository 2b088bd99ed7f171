import type { Policy } from '../decide/model.ts';
import { setSwitch } from '../store/switches.ts';
import type { Author, Table } from '../store/table.ts';
import { accepted, rejected, type Verdict } from './verdict.ts';

/** What a switch of the domain is turned by. */
interface DialledSwitch {
  readonly name: string;
  readonly on: boolean;
  /** Users who may dial it; absent: nobody. */
  readonly by: readonly string[];
}

/** The switch whose code was dialled, the final `#` or not; undefined where it is none. */
export function switchDialled(
  dialled: string,
  { switches = {} }: Pick<Policy, 'switches'>,
): DialledSwitch | undefined {
  const isDialled = (code: string | undefined): boolean =>
    code !== undefined && [code, `${code}#`].includes(dialled);
  for (const [name, { on, off, by = [] }] of Object.entries(switches)) {
    if (isDialled(on)) return { name, on: true, by };
    if (isDialled(off)) return { name, on: false, by };
  }
  return undefined;
}

/** Turns it, where who dialled may. */
export async function turnSwitch(
  table: Table,
  { domain, features }: Policy,
  { name, on, by }: DialledSwitch,
  user: string,
  author: Author,
): Promise<Verdict> {
  if (!by.includes(user)) return rejected(403, `You may not turn ${name} on or off`);
  await setSwitch(table, domain, name, on, author);
  return accepted(features, `${name} is ${on ? 'on' : 'off'}`);
}
