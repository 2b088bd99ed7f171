import { Command, Option } from 'commander';
import type { CalendarSources } from '../../functions/explain/calendar-events.ts';
import { documentReader, namesIn } from '../../functions/explain/document-reader.ts';
import { loadPeers } from '../../functions/rules/peers.ts';
import { byDomain } from '../../functions/rules/source/by-domain.ts';
import { printProblem } from '../../functions/rules/source/fault.ts';
import type { Loaded } from '../../functions/rules/source/load.ts';
import type { SourceFile } from '../../functions/rules/source/source-file.ts';
import { annotation } from './annotation.ts';
import { loadSound, readFiles } from './documents.ts';
import { EXIT, Failure } from './failure.ts';
import { type Copies, copiesOfNamed, textsIn, withDays } from './fetched-calendars.ts';
import { byKind } from './file-kinds.ts';
import { decideCase, differences, type Located, type Rules, readCases } from './rule-cases.ts';
import { withStage } from './stage.ts';
import { paintFor } from './terminal.ts';

type Format = 'text' | 'json' | 'github';

/** A case and what is otherwise than expected; nothing: it passed. */
interface Verdict extends Located {
  readonly differences: readonly string[];
}

export const testCommand = (): Command =>
  withStage(new Command('test'))
    .description(
      'decide the cases of files by the rules of files; a stage is asked for fetched calendars alone',
    )
    .argument('<files...>', 'rules documents and files of cases, told apart by their keys')
    .addOption(
      new Option('--format <format>', 'how results are printed')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .addHelpText(
      'after',
      `
A file of cases:
  cases:
    - { name: busy goes to carol, from: alice, to: bob, outcome: 486,
        expect: { action: redirect, to: carol, rule: busy-to-carol } }

Example:
  divert test infra/rules/example.com.yaml infra/rules/example.com.cases.yaml`,
    )
    .action(async (paths: string[], options: { format: Format; json?: true }, command: Command) => {
      const { rules, cases, peers } = byKind(readFiles(paths));
      if (cases.length === 0) throw new Failure('there are no cases: a file with the key cases');
      const given = await rulesOf(rules, peers, command);
      const verdicts: Verdict[] = [];
      for (const one of readCases(cases)) {
        const got = await decideCase(one.case, given);
        verdicts.push({ ...one, differences: differences(one.case, got, given) });
      }
      process.stdout.write(printed(verdicts, options.json ? 'json' : options.format));
      const failed = verdicts.some((verdict) => verdict.differences.length > 0);
      process.exitCode = failed ? EXIT.failed : EXIT.done;
    });

/** What documents say, asked by a command that may name a stage. Throws `Failure` with every mistake in them. */
export async function rulesOf(
  files: readonly SourceFile[],
  peerFiles: readonly SourceFile[],
  command: Command,
): Promise<ReturnType<typeof rulesIn>> {
  const documents = byDomain(files).map(loadSound);
  return rulesIn(documents, peerFiles, await copiesOfNamed(command, documents));
}

/**
 * What documents that were loaded say. Throws `Failure` with every mistake in the peers files.
 *
 * @param copies of calendars that are fetched; those without have no days, which is said
 */
export function rulesIn(
  documents: readonly Loaded[],
  peerFiles: readonly SourceFile[],
  copies: Copies,
): Rules & {
  calendarsOf(domain: string): CalendarSources | undefined;
  namesOf(domain: string): string[];
} {
  const loaded = documents.map((one) => ({ ...one, policy: withDays(one.policy, copies) }));
  const peers = peerFiles.map(loadPeers);
  const problems = peers.flatMap((one) => one.problems);
  if (problems.length > 0) throw new Failure(problems.map(printProblem).join('\n'));
  return {
    reader: documentReader(loaded),
    policies: loaded.map(({ policy }) => policy),
    peers: peers.flatMap((one) => one.peers),
    calendarsOf: (domain) => {
      const one = loaded.find(({ policy }) => policy.domain === domain);
      if (!one) return undefined;
      const { document: source, calendars, policy } = one;
      return { source, calendars, fetched: textsIn(policy, copies) };
    },
    namesOf: (domain) => namesIn(loaded, domain),
  };
}

function printed(verdicts: readonly Verdict[], format: Format): string {
  if (format === 'json') {
    const all = verdicts.map(({ case: { name }, file, line, differences }) => ({
      ...{ name, file, line, passed: differences.length === 0, differences },
    }));
    return `${JSON.stringify(all, null, 2)}\n`;
  }
  const paint = paintFor(process.stdout);
  const lines = verdicts.map(({ case: { name }, file, line, differences }) => {
    if (differences.length === 0)
      return format === 'github' ? '' : `${paint('green', '✓')} ${name}\n`;
    if (format === 'github') {
      return `${annotation('error', `${name}: ${differences.join('; ')}`, { file, line })}\n`;
    }
    const details = differences.map((text) => `    ${text}\n`).join('');
    return `${paint('red', '✗')} ${name}  ${file}:${line}\n${details}`;
  });
  const failed = verdicts.filter(({ differences }) => differences.length > 0).length;
  return `${lines.join('')}${verdicts.length - failed} passed, ${failed} failed\n`;
}
