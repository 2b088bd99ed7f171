import { Command } from 'commander';
import { phoneSettingsOf, settingNotes } from '../../functions/provision/phone-settings.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { type SubscriberRecord, subscriberPages } from '../../functions/store/subscribers.ts';
import { Failure } from './failure.ts';
import { openStage, type StageOptions, withStage } from './stage.ts';

interface Options extends StageOptions {
  readonly search?: string;
  readonly forwarded?: true;
  readonly json?: true;
}

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
  withStage(new Command('list'))
    .description('list the subscribers of a domain')
    .argument('<domain>', 'as example.com')
    .option('--search <text>', 'only with this in their name or a number')
    .option('--forwarded', 'only who set something by phone that is on, or has an always rule')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  divert list example.com --search 0301 --stage prod')
    .action(async (text: string, options: Options) => {
      const { table } = await openStage(options);
      const domain = text.toLowerCase();
      if (!(await getPolicyRecord(table, domain))) {
        throw new Failure(`${domain}: there are no rules of this domain`);
      }
      const found: Listed[] = [];
      for await (const { records } of subscriberPages(table, domain)) {
        for (const record of records) {
          const listed = listedOf(record, domain);
          if (matches(record, listed, options)) found.push(listed);
        }
      }
      process.stdout.write(
        options.json ? `${JSON.stringify(found, null, 2)}\n` : found.map(line).join(''),
      );
    });

function listedOf(record: SubscriberRecord, domain: string): Listed {
  const { user, aliases, rules } = record.compiled;
  return {
    ...{ user, aliases },
    phone: settingNotes(phoneSettingsOf(record, domain)).filter((note) => !note.endsWith('(off)')),
    rules: rules.filter(({ enabled }) => enabled !== false).map(({ name }) => name),
  };
}

function matches(
  { compiled }: SubscriberRecord,
  { user, aliases, phone }: Listed,
  { search, forwarded }: Options,
): boolean {
  // A number is looked for as it is dialled: without its trunk zero, it is part of the E.164 one.
  const wanted = search?.toLowerCase().replace(/^0+(?=\d)/, '');
  const named = [user, ...aliases].some((name) => name.includes(wanted ?? ''));
  if (wanted !== undefined && !named) return false;
  if (!forwarded) return true;
  const always = compiled.rules.some(
    (rule) => rule.enabled !== false && rule.when.includes('always') && 'forward' in rule,
  );
  return always || phone.length > 0;
}

function line({ user, aliases, phone, rules }: Listed): string {
  const parts = [
    [user, ...aliases].join(' '),
    ...(phone.length > 0 ? [`by phone: ${phone.join(', ')}`] : []),
    ...(rules.length > 0 ? [`rules: ${rules.join(', ')}`] : []),
  ];
  return `${parts.join('  ')}\n`;
}
