import { Command } from 'commander';
import { forgetSubscriber } from '../../functions/store/forget.ts';
import { listHistory } from '../../functions/store/history.ts';
import { getSubscriberRecord } from '../../functions/store/subscribers.ts';
import type { Stamp } from '../../functions/store/table.ts';
import { EXIT, Failure } from './failure.ts';
import { historyOf } from './history.ts';
import { type OutputOptions, printing, withJson } from './output.ts';
import {
  authorOf,
  openStage,
  placeFacts,
  placeLine,
  type StageOptions,
  withStage,
} from './stage.ts';
import { nameOf, neverThere, subjectOf } from './subject.ts';
import { confirmed } from './terminal.ts';

interface Options extends StageOptions, OutputOptions {
  readonly yes?: true;
}

/** What no command reaches. */
const REMAINS = `That it was done is kept in the history of the domain, without their name.
What remains, for so long: decisions in the log, numbers masked (logDays), and backups of
the table (35 days), of which divert restore brings their history back no more. What others' rules say of
them stays in those, and in their history.
`;

export const forgetCommand = (): Command =>
  withJson(withStage(new Command('forget')))
    .description('erase the history of a subscriber, as when they ask for it')
    .argument('<subscriber>', 'as bob@example.com')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  divert forget bob@example.com --stage prod')
    .action((text: string, options: Options) =>
      printing(options, async (output) => {
        const place = await openStage(options);
        const subject = await subjectOf(place.table, text);
        if (!('domain' in subject) || subject.user === undefined) {
          throw new Failure(`'${text}': name a subscriber, as bob@example.com`);
        }
        const { domain, user } = subject;
        const now = await getSubscriberRecord(place.table, domain, user);
        const { entries } = await listHistory<Stamp>(place.table, historyOf(subject), { limit: 1 });
        // A name that was mistyped: somebody else's history is still there.
        if (!now && entries.length === 0) throw new Failure(neverThere(subject));
        output.text(`${placeLine(place)}\n`);
        output.facts({ ...placeFacts(place), ...subject });
        const question = `Erase the history of ${nameOf(subject)}? It can't be undone.`;
        if (!options.yes && !(await confirmed(question))) {
          process.stderr.write('Nothing was changed.\n');
          process.exitCode = EXIT.failed;
          return;
        }
        const forgotten = await forgetSubscriber(
          place.table,
          domain,
          user,
          authorOf(place, 'forget'),
        );
        const remains = (await getSubscriberRecord(place.table, domain, user)) !== undefined;
        const stays = remains
          ? 'They are still a subscriber: to remove them too, take them out of the rules, apply, and forget again.\n'
          : '';
        output.text(`${nameOf(subject)}: ${forgotten} changes forgotten.\n${stays}${REMAINS}`);
        output.facts({ forgotten, remains });
      }),
    );
