import { Command } from 'commander';
import type { Policy } from '../../functions/decide/model.ts';
import { forwardedAt } from '../../functions/explain/forwarded.ts';
import { findSubscribers } from '../../functions/provision/find-subscribers.ts';
import { phoneSettingsOf, settingNotes } from '../../functions/provision/phone-settings.ts';
import { listPeers } from '../../functions/store/peers.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { allSubscribers, type SubscriberRecord } from '../../functions/store/subscribers.ts';
import { getSwitches } from '../../functions/store/switches.ts';
import type { Table } from '../../functions/store/table.ts';
import { Failure } from './failure.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { openStage, type StageOptions, withStage } from './stage.ts';

interface Options extends StageOptions, OutputOptions {
  readonly search?: string;
  readonly forwarded?: true;
}

const PAGE = 100;

/** A subscriber in a line. */
interface Listed {
  readonly user: string;
  readonly aliases: readonly string[];
  /** What was set by phone and is on, in words. */
  readonly phone: readonly string[];
  /** Their rules that are switched on, by name. */
  readonly rules: readonly string[];
}

export const listCommand = (): Command =>
  withJson(withStage(new Command('list')))
    .description('list the subscribers of a domain')
    .argument('<domain>', 'as example.com')
    .option('--search <text>', 'only with this in their name or a number')
    .option(
      '--forwarded',
      'only who set something by phone that is on, or whose calls are forwarded at once',
    )
    .addHelpText('after', '\nExample:\n  divert list example.com --search 0301 --stage prod')
    .action(async (text: string, options: Options) => {
      const { table } = await openStage(options);
      const domain = text.toLowerCase();
      const policy = await getPolicyRecord(table, domain);
      if (!policy) {
        throw new Failure(`${domain}: there are no rules of this domain`);
      }
      const found: Listed[] = [];
      for await (const record of recordsOf(table, policy.compiled, options)) {
        found.push(listedOf(record, domain));
      }
      if (options.json) printJson(found);
      else process.stdout.write(found.map(line).join(''));
    });

function listedOf(record: SubscriberRecord, domain: string): Listed {
  const { user, aliases, rules } = record.compiled;
  return {
    ...{ user, aliases },
    phone: settingNotes(phoneSettingsOf(record, domain)).filter((note) => !note.endsWith('(off)')),
    rules: rules.filter(({ enabled }) => enabled !== false).map(({ name }) => name),
  };
}

/** Those who match, page after page. */
async function* recordsOf(
  table: Table,
  policy: Policy,
  { search, forwarded }: Options,
): AsyncGenerator<SubscriberRecord> {
  if (search === undefined && !forwarded) {
    yield* allSubscribers(table, policy.domain);
    return;
  }
  const peers = await listPeers(table);
  const peer = peers.find(({ compiled }) => compiled.domains.includes(policy.domain))?.compiled;
  const switches = (await getSwitches(table, policy.domain))?.on ?? [];
  const now = table.now();
  const isForwarded = ({ compiled }: SubscriberRecord) =>
    forwardedAt({ policy, peer, switches, subscriber: compiled }, now);
  let after: string | undefined;
  do {
    const page = await findSubscribers(table, policy, {
      ...{ search, after, limit: PAGE },
      forwarded: forwarded ? isForwarded : undefined,
    });
    for (const { record } of page.found) yield record;
    after = page.next;
  } while (after !== undefined);
}

function line({ user, aliases, phone, rules }: Listed): string {
  const parts = [
    [user, ...aliases].join(' '),
    ...(phone.length > 0 ? [`by phone: ${phone.join(', ')}`] : []),
    ...(rules.length > 0 ? [`rules: ${rules.join(', ')}`] : []),
  ];
  return `${parts.join('  ')}\n`;
}
