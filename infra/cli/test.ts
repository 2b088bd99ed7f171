import { Command, Option } from 'commander';
import type { Calendar, Policy } from '../../functions/decide/model.ts';
import type { CalendarSources } from '../../functions/explain/calendar-events.ts';
import { documentReader, namesIn } from '../../functions/explain/document-reader.ts';
import { loadPeers } from '../../functions/rules/peers.ts';
import { printProblem } from '../../functions/rules/source/fault.ts';
import type { Loaded } from '../../functions/rules/source/load.ts';
import type { SourceFile } from '../../functions/rules/source/source-file.ts';
import { annotation } from './annotation.ts';
import { byDomain, loadSound, readFiles } from './documents.ts';
import { EXIT, Failure } from './failure.ts';
import { byKind } from './file-kinds.ts';
import { decideCase, differences, type Located, type Rules, readCases } from './rule-cases.ts';
import { paintFor } from './terminal.ts';

type Format = 'text' | 'json' | 'github';

/** A case and what is otherwise than expected; nothing: it passed. */
interface Verdict extends Located {
  readonly differences: readonly string[];
}

export const testCommand = (): Command =>
  new Command('test')
    .description('decide the cases of files by the rules of files, without any table')
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
    .action(async (paths: string[], options: { format: Format; json?: true }) => {
      const { rules, cases, peers } = byKind(readFiles(paths));
      if (cases.length === 0) throw new Failure('there are no cases: a file with the key cases');
      const given = rulesOf(rules, peers);
      const verdicts: Verdict[] = [];
      for (const one of readCases(cases)) {
        const got = await decideCase(one.case, given);
        verdicts.push({ ...one, differences: differences(one.case, got, given) });
      }
      process.stdout.write(printed(verdicts, options.json ? 'json' : options.format));
      const failed = verdicts.some((verdict) => verdict.differences.length > 0);
      process.exitCode = failed ? EXIT.failed : EXIT.done;
    });

/** What documents say. Throws `Failure` with every mistake in them. */
export const rulesOf = (files: readonly SourceFile[], peerFiles: readonly SourceFile[]) =>
  rulesIn(byDomain(files).map(loadSound), peerFiles);

/**
 * What documents that were loaded say. Throws `Failure` with every mistake in the peers files.
 *
 * @param fetched what is known of calendars that are fetched; the others have no days, which is said
 */
export function rulesIn(
  documents: readonly Loaded[],
  peerFiles: readonly SourceFile[],
  fetched: readonly Calendar[] = [],
): Rules & {
  calendarsOf(domain: string): CalendarSources | undefined;
  namesOf(domain: string): string[];
} {
  const loaded = documents.map((one) => ({ ...one, policy: withFetched(one.policy, fetched) }));
  const peers = peerFiles.map(loadPeers);
  const problems = peers.flatMap((one) => one.problems);
  if (problems.length > 0) throw new Failure(problems.map(printProblem).join('\n'));
  return {
    reader: documentReader(loaded),
    policies: loaded.map(({ policy }) => policy),
    peers: peers.flatMap((one) => one.peers),
    calendarsOf: (domain) => {
      const one = loaded.find(({ policy }) => policy.domain === domain);
      return one && { source: one.document, calendars: one.calendars };
    },
    namesOf: (domain) => namesIn(loaded, domain),
  };
}

function withFetched(policy: Policy, fetched: readonly Calendar[]): Policy {
  const calendars = Object.entries(policy.calendars).map(([name, one]): [string, Calendar] => {
    if (one.url === undefined) return [name, one];
    const found = fetched.find(({ url }) => url === one.url);
    if (found) return [name, found];
    process.stderr.write(
      `warning: the calendar ${name} of ${policy.domain} is fetched when this is applied: here it has no days\n`,
    );
    return [name, one];
  });
  return { ...policy, calendars: Object.fromEntries(calendars) };
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
