import { Command, Option } from 'commander';
import { loadPeers } from '../../functions/rules/peers.ts';
import { byDomain } from '../../functions/rules/source/by-domain.ts';
import { type Problem, printProblem } from '../../functions/rules/source/fault.ts';
import type { SourceFile } from '../../functions/rules/source/source-file.ts';
import { annotation } from './annotation.ts';
import { load, readWhatCan } from './documents.ts';
import { EXIT } from './failure.ts';
import { byKind } from './file-kinds.ts';
import type { OutputOptions } from './output.ts';
import { caseProblems } from './rule-cases.ts';
import { paintFor } from './terminal.ts';

type Finding = Problem & { readonly severity: 'error' | 'warning' | 'notice' };
type Format = 'text' | 'json' | 'github';

export const checkCommand = (): Command =>
  new Command('check')
    .description('tell all mistakes in rules documents and peers documents, without any table')
    .argument('<files...>', 'YAML or JSON; several files may be one domain')
    .addOption(
      new Option('--format <format>', 'how mistakes are printed')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .addHelpText('after', '\nExample:\n  divert check infra/rules/*.yaml infra/peers.yaml')
    .action((paths: string[], options: OutputOptions & { format: Format }) => {
      const format = options.json ? 'json' : options.format;
      const { files, unread } = readWhatCan(paths);
      const findings: Finding[] = [
        ...unread.map((problem) => ({ ...problem, severity: 'error' as const })),
        ...check(files),
      ];
      process.stdout.write(printed(findings, format));
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      if (format === 'text' && errors === 0) {
        process.stdout.write(`${paths.length === 1 ? 'The file is' : 'The files are'} sound.\n`);
      }
      process.exitCode = errors > 0 ? EXIT.failed : EXIT.done;
    });

/** Everything that is wrong in files of rules, of peers and of cases. */
function check(files: readonly SourceFile[]): Finding[] {
  const { rules, peers, cases } = byKind(files);
  const of = (severity: Finding['severity'], problems: readonly Problem[]): Finding[] =>
    problems.map((problem) => ({ ...problem, severity }));
  return [
    ...byDomain(rules).flatMap((group) => {
      const { problems, warnings, notes } = load(group);
      return [...of('error', problems), ...of('warning', warnings), ...of('notice', notes)];
    }),
    ...peers.flatMap((file) => of('error', loadPeers(file).problems)),
    ...cases.flatMap((file) => of('error', caseProblems(file))),
  ];
}

function printed(findings: readonly Finding[], format: Format): string {
  if (format === 'json') return `${JSON.stringify(findings, null, 2)}\n`;
  const paint = paintFor(process.stdout);
  const line = (one: Finding): string =>
    format === 'github' ? annotation(one.severity, one.message, one) : textLine(one, paint);
  return findings.map((finding) => `${line(finding)}\n`).join('');
}

function textLine(finding: Finding, paint: ReturnType<typeof paintFor>): string {
  if (finding.severity === 'error') return printProblem(finding);
  const kind =
    finding.severity === 'warning' ? paint('yellow', 'warning:') : paint('cyan', 'note:');
  const message = `${kind} ${finding.message}`;
  return printProblem({ ...finding, message });
}
