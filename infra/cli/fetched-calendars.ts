import type { Command } from 'commander';
import type { Calendar, Policy } from '../../functions/decide/model.ts';
import { addressesIn } from '../../functions/provision/calendar-copies.ts';
import type { Loaded } from '../../functions/rules/source/load.ts';
import { type CalendarCopy, getCalendarCopy } from '../../functions/store/calendar-copies.ts';
import type { Table } from '../../functions/store/table.ts';
import { openStage, type StageOptions } from './stage.ts';

/** What a table has of the calendars that documents name by an address: by domain and address. */
export type Copies = ReadonlyMap<string, CalendarCopy>;

const keyOf = (domain: string, url: string): string => `${domain} ${url}`;

export async function copiesFor(table: Table, loaded: readonly Loaded[]): Promise<Copies> {
  const copies = new Map<string, CalendarCopy>();
  for (const { policy } of loaded) {
    for (const url of addressesIn(policy.calendars).keys()) {
      const copy = await getCalendarCopy(table, policy.domain, url);
      if (copy) copies.set(keyOf(policy.domain, url), copy);
    }
  }
  return copies;
}

/** The same for documents that are asked by themselves: none, unless a stage or table was named. */
export async function copiesOfNamed(command: Command, loaded: readonly Loaded[]): Promise<Copies> {
  const named = ['stage', 'table'].some((option) => command.getOptionValueSource(option) === 'cli');
  const fetches = loaded.some(({ policy }) => addressesIn(policy.calendars).size > 0);
  if (!named || !fetches) return new Map();
  return copiesFor((await openStage(command.opts<StageOptions>())).table, loaded);
}

/** The texts of what was fetched for a domain, by address: they name the days. */
export const textsIn = (policy: Policy, copies: Copies): Record<string, string> =>
  Object.fromEntries(
    [...addressesIn(policy.calendars).keys()].flatMap((url) => {
      const copy = copies.get(keyOf(policy.domain, url));
      return copy ? [[url, copy.text]] : [];
    }),
  );

/** A document's policy with the days of the copies; which calendars have none is told. */
export function withDays(policy: Policy, copies: Copies): Policy {
  const calendars = Object.entries(policy.calendars).map(([name, one]): [string, Calendar] => {
    if (one.url === undefined) return [name, one];
    const copy = copies.get(keyOf(policy.domain, one.url));
    if (copy) return [name, { ...copy.compiled, url: one.url }];
    process.stderr.write(
      `warning: the calendar ${name} of ${policy.domain} is fetched when this is applied: here it has no days, but with --stage or --table, whose copy is taken\n`,
    );
    return [name, one];
  });
  return { ...policy, calendars: Object.fromEntries(calendars) };
}
