import { Command } from 'commander';
import { Absent, ForwardingLoop, Invalid, Refused } from '../../functions/provision/refusal.ts';
import { revertPeer, revertPolicy, revertSubscriber } from '../../functions/provision/revert.ts';
import { listHistory } from '../../functions/store/history.ts';
import type { Author, Stamp } from '../../functions/store/table.ts';
import { positive } from './apply.ts';
import { EXIT, Failure } from './failure.ts';
import { historyOf } from './history.ts';
import {
  authorOf,
  openStage,
  type Place,
  placeLine,
  type StageOptions,
  withStage,
} from './stage.ts';
import { nameOf, type Subject, subjectOf } from './subject.ts';
import { confirmed } from './terminal.ts';

interface Options extends StageOptions {
  readonly to?: number;
  readonly yes?: true;
}

export const revertCommand = (): Command =>
  withRevertOptions(new Command('revert'))
    .description('put a subscriber, or the policy of a domain, back as it was before')
    .argument('<subscriber>', 'as bob@example.com; or a domain')
    .addHelpText(
      'after',
      `
What a document says belongs into the document: until it says the same, plan shows this as drift.

Example:
  divert revert bob@example.com --to 3 --stage prod`,
    )
    .action(async (text: string, options: Options) => {
      const place = await opened(options);
      await askAndRevert(place, await subjectOf(place.table, text), options);
    });

/** `divert peers revert`. */
export const peerRevertCommand = (): Command =>
  withRevertOptions(new Command('revert'))
    .description('put what was declared of a peer back as it was before; its keys stay as they are')
    .argument('<peer>', 'its name')
    .addHelpText('after', '\nExample:\n  divert peers revert edge --to 3 --stage prod')
    .action(async (peer: string, options: Options) => {
      await askAndRevert(await opened(options), { peer }, options);
    });

const withRevertOptions = (command: Command): Command =>
  withStage(command)
    .option('--to <version>', 'which version; default: that before the last change', positive)
    .option('--yes', 'do not ask');

async function opened(options: Options): Promise<Place> {
  const place = await openStage(options);
  process.stdout.write(`${placeLine(place)}\n`);
  return place;
}

async function askAndRevert(place: Place, subject: Subject, options: Options): Promise<void> {
  const { entries } = await listHistory<Stamp>(place.table, historyOf(subject), { limit: 1 });
  const last = entries[0];
  const version = options.to ?? last?.before?.version;
  if (!last || version === undefined) {
    throw new Failure(`${nameOf(subject)} was nothing else before: see its history`);
  }
  const question = `Put ${nameOf(subject)} back as at version ${version}?`;
  if (!options.yes && !(await confirmed(question))) {
    process.stderr.write('Nothing was changed.\n');
    process.exitCode = EXIT.failed;
    return;
  }
  await revert(place, subject, version, authorOf(place, 'revert'));
  const aside = 'peer' in subject ? ', but for its keys' : '';
  process.stdout.write(`${nameOf(subject)} is as it was at version ${version}${aside}.\n`);
}

/** Throws `Failure` with everything that stands against it. */
async function revert({ table }: Place, subject: Subject, version: number, author: Author) {
  try {
    if ('peer' in subject) return await revertPeer(table, subject.peer, version, author);
    const { domain, user } = subject;
    if (user === undefined) return await revertPolicy(table, domain, version, author);
    await revertSubscriber(table, domain, user, version, author);
  } catch (error) {
    const known = [Invalid, Refused, Absent, ForwardingLoop].some((kind) => error instanceof kind);
    if (!known) throw error;
    const { message, mistakes = [] } = error as Invalid;
    const lines = mistakes.map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`);
    throw new Failure(message + lines.join(''));
  }
}
