import { Command } from 'commander';
import { fetchDocument } from '../../functions/fetch/fetch-document.ts';
import type { Plan } from '../../functions/provision/apply/plan.ts';
import { makePlan } from '../../functions/provision/apply/plan.ts';
import { desiredFrom, domainAt } from '../../functions/provision/domain-at.ts';
import { revertPeer, revertPolicy, revertSubscriber } from '../../functions/provision/revert.ts';
import { firstChangeAfter, listHistory } from '../../functions/store/history.ts';
import type { Author, Stamp } from '../../functions/store/table.ts';
import { type CarryOutOptions, carryOut } from './carry-out.ts';
import { EXIT, Failure } from './failure.ts';
import { historyOf } from './history.ts';
import { readInstant, shownInstant } from './instant.ts';
import { type Output, type OutputOptions, printing, withJson } from './output.ts';
import { withPace } from './pace.ts';
import { told } from './refused.ts';
import { authorOf, openShown, type Place, type StageOptions, withStage } from './stage.ts';
import { nameOf, neverThere, type Subject, subjectOf } from './subject.ts';
import { confirmed } from './terminal.ts';

interface Options extends StageOptions, CarryOutOptions, OutputOptions {
  readonly to?: To;
}

/** A version of the history, or an instant (milliseconds since the epoch). */
type To = { readonly version: number } | { readonly instant: number };

export const revertCommand = (): Command =>
  withPace(withRevertOptions(new Command('revert')))
    .description(
      'put a subscriber, the policy of a domain, or a whole domain back as it was before',
    )
    .argument('<subscriber>', 'as bob@example.com; or a domain')
    .option('--allow-removals', 'although many subscribers go, or lose every rule')
    .option('--all', 'show every subscriber, however many change')
    .addHelpText(
      'after',
      `
A domain with a time goes back whole: its policy, its subscribers, what they set by phone, as one
plan. With a version, or without --to, only its policy does.
What a document says belongs into the document: until it says the same, plan shows this as drift.

Example:
  divert revert bob@example.com --to 3 --stage prod
  divert revert example.com --to "yesterday 17:30" --stage prod`,
    )
    .action((text: string, options: Options) =>
      printing(options, async (output) => {
        const place = await openShown(options, output);
        const subject = await subjectOf(place.table, text);
        const { to } = options;
        if ('domain' in subject && subject.user === undefined && to && 'instant' in to) {
          await revertDomain(place, subject.domain, to.instant, options, output);
        } else await askAndRevert(place, subject, options, output);
      }),
    );

/** `divert peers revert`. */
export const peerRevertCommand = (): Command =>
  withRevertOptions(new Command('revert'))
    .description('put what was declared of a peer back as it was before; its keys stay as they are')
    .argument('<peer>', 'its name')
    .addHelpText('after', '\nExample:\n  divert peers revert edge --to 3 --stage prod')
    .action((peer: string, options: Options) =>
      printing(options, async (output) =>
        askAndRevert(await openShown(options, output), { peer }, options, output),
      ),
    );

const withRevertOptions = (command: Command): Command =>
  withJson(withStage(command))
    .option('--to <version>', 'which version, or a time; default: before the last change', readTo)
    .option('--yes', 'do not ask');

const readTo = (text: string): To =>
  /^\d{1,9}$/.test(text) ? { version: Number(text) } : { instant: readInstant(text, 'past') };

/** Everything of a domain, as one plan. */
async function revertDomain(
  place: Place,
  domain: string,
  instant: number,
  options: Options,
  output: Output,
): Promise<void> {
  output.text(`back to ${shownInstant(instant)}\n`);
  output.facts({ domain, to: new Date(instant).toISOString() });
  const plan: Plan = await told(async () => {
    const records = await domainAt(place.table, domain, instant);
    return makePlan(place.table, desiredFrom(records, place.table.now()));
  });
  await carryOut(place, [plan], 'revert', options, output);
}

async function askAndRevert(
  place: Place,
  subject: Subject,
  options: Options,
  output: Output,
): Promise<void> {
  const { entries } = await listHistory<Stamp>(place.table, historyOf(subject), { limit: 1 });
  if (entries.length === 0) throw new Failure(neverThere(subject));
  const version = await versionFor(place, subject, options.to);
  if (version === undefined) {
    throw new Failure(`${nameOf(subject)} was nothing else before: see its history`);
  }
  output.facts({ ...subject, version, reverted: false });
  const question = `Put ${nameOf(subject)} back as at version ${version}?`;
  if (!options.yes && !(await confirmed(question))) {
    process.stderr.write('Nothing was changed.\n');
    process.exitCode = EXIT.failed;
    return;
  }
  await told(() => revert(place, subject, version, authorOf(place, 'revert')));
  const aside = 'peer' in subject ? ', but for its keys' : '';
  output.text(`${nameOf(subject)} is as it was at version ${version}${aside}.\n`);
  output.facts({ reverted: true });
}

/** The version that is meant; undefined where nothing was there. */
async function versionFor(
  { table }: Place,
  subject: Subject,
  to: To | undefined,
): Promise<number | undefined> {
  if (to && 'version' in to) return to.version;
  const history = historyOf(subject);
  if (to) return (await firstChangeAfter<Stamp>(table, history, to.instant))?.before?.version;
  const { entries } = await listHistory<Stamp>(table, history, { limit: 1 });
  return entries[0]?.before?.version;
}

async function revert({ table }: Place, subject: Subject, version: number, author: Author) {
  if ('peer' in subject) return revertPeer(table, subject.peer, version, author);
  const { domain, user } = subject;
  if (user === undefined) return revertPolicy(table, domain, version, author, fetchDocument);
  return revertSubscriber(table, domain, user, version, author);
}
