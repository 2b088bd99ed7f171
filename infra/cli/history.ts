import { Command } from 'commander';
import { phoneSettingsOf } from '../../functions/feature/phone-settings.ts';
import { type HistoryEntry, listHistory } from '../../functions/store/history.ts';
import { policyHistory, subscriberHistory } from '../../functions/store/keys.ts';
import { getPolicyRecord, type PolicyRecord } from '../../functions/store/policies.ts';
import { getSubscriberRecord, type SubscriberRecord } from '../../functions/store/subscribers.ts';
import type { Table } from '../../functions/store/table.ts';
import { positive } from './apply.ts';
import { changedLines } from './changed-lines.ts';
import { Failure } from './failure.ts';
import { openStage, type StageOptions, withStage } from './stage.ts';
import { nameOf, type Subject, subjectOf } from './subject.ts';
import { type Paint, paintFor } from './terminal.ts';

type Recorded = SubscriberRecord | PolicyRecord;

export const historyCommand = (): Command =>
  withStage(new Command('history'))
    .description('who changed a subscriber, or the policy of a domain: when, from where, and what')
    .argument('<subscriber>', 'as bob@example.com; or a domain')
    .option('--limit <number>', 'so many changes, newest first', positive, 10)
    .option('--json', 'with everything that was there before')
    .addHelpText('after', '\nExample:\n  divert history bob@example.com --stage prod')
    .action(async (text: string, options: StageOptions & { limit: number; json?: true }) => {
      const { table } = await openStage(options);
      const subject = await subjectOf(table, text);
      const { entries, next } = await listHistory<Recorded>(table, historyOf(subject), options);
      if (entries.length === 0) throw new Failure(`${nameOf(subject)} has no history`);
      if (options.json) {
        process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
        return;
      }
      const now = await current(table, subject);
      for (const line of historyLines(entries, now, subject, paintFor(process.stdout))) {
        process.stdout.write(`${line}\n`);
      }
      if (next !== undefined) process.stdout.write('There are older changes: --limit\n');
    });

export const historyOf = ({ domain, user }: Subject): string =>
  user === undefined ? policyHistory(domain) : subscriberHistory(domain, user);

const current = (table: Table, { domain, user }: Subject): Promise<Recorded | undefined> =>
  user === undefined ? getPolicyRecord(table, domain) : getSubscriberRecord(table, domain, user);

function* historyLines(
  entries: readonly HistoryEntry<Recorded>[],
  now: Recorded | undefined,
  { domain }: Subject,
  paint: Paint,
): Generator<string> {
  for (const [i, { version, at, who, from, action, before }] of entries.entries()) {
    const after = i === 0 ? now : entries[i - 1]?.before;
    const done = action === 'delete' ? 'removed' : before ? 'changed' : 'added';
    yield `${paint('bold', `version ${version}`)}  ${at}  ${done} by ${who} (${from})`;
    yield* changedLines(before && said(before, domain), after && said(after, domain), paint);
  }
}

/** What people said of him: his part of the document, and what he set from his phone. */
function said(record: Recorded, domain: string): unknown {
  if (!('user' in record)) return record.source;
  const phone = phoneSettingsOf(record.compiled.phone, domain);
  const source = record.source as object;
  return Object.keys(phone).length > 0 ? { ...source, 'set by phone': phone } : source;
}
