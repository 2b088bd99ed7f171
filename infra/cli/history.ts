import { Command } from 'commander';
import { shownKey } from '../../functions/provision/peer-keys.ts';
import { phoneSettingsOf } from '../../functions/provision/phone-settings.ts';
import type { Forgotten } from '../../functions/store/forgotten.ts';
import { type HistoryEntry, listHistory } from '../../functions/store/history.ts';
import {
  forgottenHistory,
  peerHistory,
  policyHistory,
  subscriberHistory,
} from '../../functions/store/keys.ts';
import { getPeerRecord, type PeerRecord } from '../../functions/store/peers.ts';
import { getPolicyRecord, type PolicyRecord } from '../../functions/store/policies.ts';
import { getSubscriberRecord, type SubscriberRecord } from '../../functions/store/subscribers.ts';
import type { Stamp, Table } from '../../functions/store/table.ts';
import { changedLines } from './changed-lines.ts';
import { Failure } from './failure.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { positive } from './pace.ts';
import { openStage, type StageOptions, withStage } from './stage.ts';
import { neverThere, type Subject, subjectOf } from './subject.ts';
import { type Paint, paintFor } from './terminal.ts';

type Recorded = SubscriberRecord | PolicyRecord | PeerRecord;

interface Options extends StageOptions, OutputOptions {
  readonly limit: number;
}

export const historyCommand = (): Command =>
  withHistoryOptions(new Command('history'))
    .description('who changed a subscriber, or the policy of a domain: when, from where, and what')
    .argument('<subscriber>', 'as bob@example.com; or a domain')
    .addHelpText('after', '\nExample:\n  divert history bob@example.com --stage prod')
    .action(async (text: string, options: Options) => {
      const { table } = await openStage(options);
      await show(table, await subjectOf(table, text), options);
    });

/** `divert peers history`. */
export const peerHistoryCommand = (): Command =>
  withHistoryOptions(new Command('history'))
    .description('who changed a peer or its keys: when, from where, and what')
    .argument('<peer>', 'its name')
    .addHelpText('after', '\nExample:\n  divert peers history edge --stage prod')
    .action(async (peer: string, options: Options) => {
      const { table } = await openStage(options);
      await show(table, { peer }, options);
    });

const withHistoryOptions = (command: Command): Command =>
  withJson(withStage(command)).option(
    '--limit <number>',
    'so many changes, newest first',
    positive,
    10,
  );

async function show(table: Table, subject: Subject, options: Options): Promise<void> {
  const { entries, next } = await listHistory<Recorded>(table, historyOf(subject), options);
  const erased = await erasures(table, subject, options);
  if (entries.length === 0 && erased.length === 0) throw new Failure(neverThere(subject));
  if (options.json) {
    printJson([...entries.map(withoutHashes), ...erased]);
    return;
  }
  const now = await current(table, subject);
  for (const line of historyLines(entries, now, subject, paintFor(process.stdout))) {
    process.stdout.write(`${line}\n`);
  }
  for (const { at, who, from, erased: count } of erased) {
    process.stdout.write(
      `${at}  the history of a subscriber, ${count} changes, erased by ${who} (${from})\n`,
    );
  }
  if (next !== undefined) process.stdout.write('There are older changes: --limit\n');
}

/** What `divert forget` erased of a domain, and not of whom. */
async function erasures(
  table: Table,
  subject: Subject,
  options: Options,
): Promise<(Stamp & { readonly action: 'forget'; readonly erased: number })[]> {
  if ('peer' in subject || subject.user !== undefined) return [];
  const history = forgottenHistory(subject.domain);
  const { entries } = await listHistory<Forgotten>(table, history, options);
  return entries.map(({ before, action: _, ...stamp }) => ({
    ...stamp,
    action: 'forget',
    erased: before?.entries ?? 0,
  }));
}

export function historyOf(subject: Subject): string {
  if ('peer' in subject) return peerHistory(subject.peer);
  const { domain, user } = subject;
  return user === undefined ? policyHistory(domain) : subscriberHistory(domain, user);
}

function current(table: Table, subject: Subject): Promise<Recorded | undefined> {
  if ('peer' in subject) return getPeerRecord(table, subject.peer);
  const { domain, user } = subject;
  return user === undefined
    ? getPolicyRecord(table, domain)
    : getSubscriberRecord(table, domain, user);
}

/** Of a peer's keys only what names them. */
const withoutHashes = ({ before, ...stamp }: HistoryEntry<Recorded>): object => ({
  ...stamp,
  ...(before && {
    before: 'keys' in before ? { ...before, keys: before.keys.map(shownKey) } : before,
  }),
});

function* historyLines(
  entries: readonly HistoryEntry<Recorded>[],
  now: Recorded | undefined,
  subject: Subject,
  paint: Paint,
): Generator<string> {
  for (const [i, { version, at, who, from, action, before }] of entries.entries()) {
    const after = i === 0 ? now : entries[i - 1]?.before;
    const done = action === 'delete' ? 'removed' : before ? 'changed' : 'added';
    yield `${paint('bold', `version ${version}`)}  ${at}  ${done} by ${who} (${from})`;
    yield* changedLines(before && said(before, subject), after && said(after, subject), paint);
  }
}

/** What people said: the part of the document, what was set by phone, which keys were made. */
function said(record: Recorded, subject: Subject): unknown {
  const source = record.source as object;
  if ('keys' in record) return { ...source, keys: record.keys.map(shownKey) };
  if (!('user' in record) || 'peer' in subject) return source;
  const phone = phoneSettingsOf(record, subject.domain);
  return Object.keys(phone).length > 0 ? { ...source, 'set by phone': phone } : source;
}
