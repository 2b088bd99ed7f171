import { Command } from 'commander';
import { stringify } from 'yaml';
import { phoneSettingsOf, settingNotes } from '../../functions/provision/phone-settings.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import { getSubscriberRecord } from '../../functions/store/subscribers.ts';
import { Failure } from './failure.ts';
import { shownInstant } from './instant.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { openStage, type StageOptions, withStage } from './stage.ts';
import { nameOf, neverThere, subjectOf } from './subject.ts';

type Options = StageOptions & OutputOptions;

export const showCommand = (): Command =>
  withJson(withStage(new Command('show')))
    .description('show a subscriber as they are now: names, rules, what was set by phone')
    .argument('<subscriber>', 'as bob@example.com, by any of their names; or a domain')
    .addHelpText('after', '\nExample:\n  divert show bob@example.com --stage prod')
    .action(async (text: string, options: Options) => {
      const { table } = await openStage(options);
      const subject = await subjectOf(table, text);
      if (!('domain' in subject)) throw new Failure(`'${text}': name a subscriber or a domain`);
      const { domain, user } = subject;
      const record =
        user === undefined
          ? await getPolicyRecord(table, domain)
          : await getSubscriberRecord(table, domain, user);
      if (!record) throw new Failure(neverThere(subject));
      const phone = 'user' in record ? phoneSettingsOf(record, domain) : {};
      const { version, at, who, from, source } = record;
      if (options.json) {
        const shown = { ...subject, version, at, who, from, source };
        printJson(user === undefined ? shown : { ...shown, phone });
        return;
      }
      const lines = [
        `${nameOf(subject)}, version ${version}, since ${shownInstant(Date.parse(at))} by ${who} (${from})`,
        ...settingNotes(phone).map((note) => `set by phone: ${note}`),
      ];
      process.stdout.write(`${lines.join('\n')}\n${stringify(source, { lineWidth: 100 })}`);
    });
