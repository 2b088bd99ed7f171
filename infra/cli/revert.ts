import { hostname } from 'node:os';
import { Command } from 'commander';
import { OPERATIONS } from '../../functions/admin/operations.ts';
import { etagOf } from '../../functions/admin/preconditions.ts';
import { ApiProblem } from '../../functions/admin/problem.ts';
import { type HistoryEntry, listHistory } from '../../functions/store/history.ts';
import type { Stamp } from '../../functions/store/table.ts';
import { positive } from './apply.ts';
import { EXIT, Failure } from './failure.ts';
import { historyOf } from './history.ts';
import { openStage, type Place, placeLine, type StageOptions, withStage } from './stage.ts';
import { nameOf, type Subject, subjectOf } from './subject.ts';
import { confirmed } from './terminal.ts';

export const revertCommand = (): Command =>
  withStage(new Command('revert'))
    .description('put a subscriber, or the policy of a domain, back as it was before')
    .argument('<subscriber>', 'as bob@example.com; or a domain')
    .option('--to <version>', 'which version; default: that before the last change', positive)
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      `
What a document says belongs into the document: until it says the same, plan shows this as drift.

Example:
  divert revert bob@example.com --to 3 --stage prod`,
    )
    .action(async (text: string, options: StageOptions & { to?: number; yes?: true }) => {
      const place = await openStage(options);
      process.stdout.write(`${placeLine(place)}\n`);
      const subject = await subjectOf(place.table, text);
      const { entries } = await listHistory<Stamp>(place.table, historyOf(subject), { limit: 1 });
      const last = entries[0];
      const version = options.to ?? last?.before?.version;
      if (!last || version === undefined) {
        throw new Failure(`${nameOf(subject)} was nothing else before: see \`divert history\``);
      }
      const question = `Put ${nameOf(subject)} back as at version ${version}?`;
      if (!options.yes && !(await confirmed(question))) {
        process.stderr.write('Nothing was changed.\n');
        process.exitCode = EXIT.failed;
        return;
      }
      await revert(place, subject, version, last);
      process.stdout.write(`${nameOf(subject)} is as it was at version ${version}.\n`);
    });

/** As the admin API does it: checked against the rules of today. Throws `Failure`. */
async function revert(
  { table, who }: Place,
  subject: Subject,
  version: number,
  last: HistoryEntry<Stamp>,
): Promise<void> {
  const id = subject.user === undefined ? 'revertPolicy' : 'revertSubscriber';
  const operation = OPERATIONS.find((one) => one.id === id);
  try {
    await operation?.run({
      http: {
        ...{ method: 'POST', path: '', query: '', sourceIp: `divert revert on ${hostname()}` },
        headers: {
          'content-type': 'application/json',
          // Not over what somebody changes meanwhile.
          ...(last.action === 'put' && { 'if-match': etagOf(last.version) }),
        },
        body: JSON.stringify({ version }),
      },
      caller: { role: 'admin', who, domains: 'all' },
      table,
      path: { domain: subject.domain, ...(subject.user !== undefined && { user: subject.user }) },
      query: new URLSearchParams({ force: 'true' }),
    });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const mistakes = error.errors?.map(({ pointer, detail }) => `\n  ${pointer}: ${detail}`) ?? [];
    throw new Failure(error.message + mistakes.join(''));
  }
}
