import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { domainAt } from '../../functions/provision/domain-at.ts';
import { phoneSettingsOf, settingNotes } from '../../functions/provision/phone-settings.ts';
import { writeDocument } from '../../functions/rules/source/write-yaml.ts';
import { getPolicyRecord, type PolicyRecord } from '../../functions/store/policies.ts';
import { allSubscribers, type SubscriberRecord } from '../../functions/store/subscribers.ts';
import type { Table } from '../../functions/store/table.ts';
import { readFiles } from './documents.ts';
import { Failure } from './failure.ts';
import { readInstant, shownInstant } from './instant.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { told } from './refused.ts';
import { openStage, type StageOptions, withStage } from './stage.ts';

/** Subscribers whose YAML is made at once: a syntax tree of a whole large domain takes gigabytes. */
const AT_ONCE = 500;

type Subscribers = AsyncIterable<SubscriberRecord> | Iterable<SubscriberRecord>;
/** What is written as a comment before a subscriber. */
type Notes = (record: SubscriberRecord, policy: PolicyRecord) => string[];

interface PullOptions extends StageOptions, OutputOptions {
  readonly into?: string[];
  readonly at?: number;
  readonly phone?: true;
}

export const pullCommand = (): Command =>
  withJson(withStage(new Command('pull')))
    .description('print the document of what is live, which plan then calls unchanged')
    .argument('<domain>', 'as example.com')
    .option('--into <files...>', 'update these files instead; what stays is kept to the letter')
    .option('--at <time>', 'as it was then, like "yesterday 17:30"', (text) =>
      readInstant(text, 'past'),
    )
    .option('--phone', 'with what was set by phone, as comments: they are phone numbers')
    .addHelpText(
      'after',
      '\nExample:\n  divert pull example.com --into infra/rules/example.com.yaml --stage prod',
    )
    .action(async (domain: string, options: PullOptions) => {
      if (options.json && options.phone && !options.into) {
        throw new Failure('JSON has no comments: without --phone, or see divert show USER --json');
      }
      const { table } = await openStage(options);
      const { policy, subscribers } = await read(table, domain.toLowerCase(), options.at);
      const notes = options.phone ? phoneNotes : () => [];
      if (options.into) {
        const files = await pullInto(options.into, policy, subscribers, notes);
        if (options.json) printJson({ domain: policy.compiled.domain, files });
      } else if (options.json) await printDocument(policy, subscribers);
      else await print(policy, subscribers, notes);
    });

/** What is live, read as it is needed; or all that was, at an instant. */
async function read(
  table: Table,
  domain: string,
  instant: number | undefined,
): Promise<{ policy: PolicyRecord; subscribers: Subscribers }> {
  if (instant !== undefined) {
    process.stderr.write(`as at ${shownInstant(instant)}\n`);
    return told(() => domainAt(table, domain, instant));
  }
  const policy = await getPolicyRecord(table, domain);
  if (!policy) throw new Failure(`${domain}: there are no rules of this domain`);
  return { policy, subscribers: allSubscribers(table, domain) };
}

async function pullInto(
  paths: readonly string[],
  policy: PolicyRecord,
  live: Subscribers,
  notesOf: Notes,
): Promise<{ readonly file: string; readonly changed: boolean }[]> {
  const notes = new Map<string, string[]>();
  const subscribers: [string, unknown][] = [];
  for await (const record of live) {
    subscribers.push([record.user, record.source]);
    notes.set(record.user, notesOf(record, policy));
  }
  const document = documentOf(policy, subscribers);
  const files = readFiles(paths.filter((path) => existsSync(path)));
  const written = writeDocument(document, files, notes, paths[0]);
  const holder = written.find(({ text }) => /^calendars:/m.test(text)) ?? written[0];
  const calendars = Object.entries(policy.calendars).map(([name, text]) => ({
    name: join(dirname(holder?.name ?? ''), name),
    text,
  }));
  return [...written, ...calendars].map(({ name, text }) => {
    const same = existsSync(name) && readFileSync(name, 'utf8') === text;
    if (!same) writeFileSync(name, text);
    process.stderr.write(`${name}: ${same ? 'unchanged' : 'written'}\n`);
    return { file: name, changed: !same };
  });
}

/** The document as JSON, which is a rules document too. */
async function printDocument(policy: PolicyRecord, live: Subscribers): Promise<void> {
  const subscribers: [string, unknown][] = [];
  for await (const { user, source } of live) subscribers.push([user, source]);
  printJson(documentOf(policy, subscribers));
  tellCalendars(policy);
}

/** Writes the document piece by piece: the first has everything, the others subscribers only. */
async function print(policy: PolicyRecord, live: Subscribers, notesOf: Notes): Promise<void> {
  let first = true;
  for await (const batch of batches(live)) {
    const notes = new Map(batch.map((record) => [record.user, notesOf(record, policy)]));
    const entries = batch.map(({ user, source }): [string, unknown] => [user, source]);
    const source = first ? policy : { source: { domain: policy.compiled.domain } };
    const text = writeDocument(documentOf(source, entries), [], notes)[0]?.text ?? '';
    const subscribers = '\nsubscribers:\n';
    const written = first ? text : text.slice(text.indexOf(subscribers) + subscribers.length);
    if (!process.stdout.write(written)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    first = false;
  }
  tellCalendars(policy);
}

/** The files that a document needs, which one stream cannot have. */
function tellCalendars(policy: PolicyRecord): void {
  const calendars = Object.keys(policy.calendars);
  if (calendars.length === 0) return;
  process.stderr.write(
    `It needs ${calendars.join(', ')} beside it: --into FILE writes them too.\n`,
  );
}

/** Never less than one, which may be empty. */
async function* batches(records: Subscribers): AsyncGenerator<SubscriberRecord[]> {
  let batch: SubscriberRecord[] = [];
  for await (const record of records) {
    if (batch.length === AT_ONCE) {
      yield batch;
      batch = [];
    }
    batch.push(record);
  }
  yield batch;
}

function documentOf(
  { source }: Pick<PolicyRecord, 'source'>,
  subscribers: readonly [string, unknown][],
): Record<string, unknown> {
  return { ...(source as object), subscribers: Object.fromEntries(subscribers) };
}

/** What a subscriber set from their phone, which no document says. */
const phoneNotes = (record: SubscriberRecord, { compiled }: PolicyRecord): string[] =>
  settingNotes(phoneSettingsOf(record, compiled.domain));
