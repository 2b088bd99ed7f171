import { Command } from 'commander';
import { callerIdWarnings } from '../../functions/provision/apply/caller-id.ts';
import { desiredOf } from '../../functions/provision/apply/desired.ts';
import { withOwnRules } from '../../functions/provision/apply/own-rules.ts';
import { isEmpty, makePlan, type Plan } from '../../functions/provision/apply/plan.ts';
import { byDomain } from '../../functions/rules/source/by-domain.ts';
import type { SourceFile } from '../../functions/rules/source/source-file.ts';
import { listPeers } from '../../functions/store/peers.ts';
import { changedCases, changedCasesText } from './changed-cases.ts';
import { loadSound, readFiles } from './documents.ts';
import { EXIT } from './failure.ts';
import { byKind } from './file-kinds.ts';
import { type Output, type OutputOptions, printing, withJson } from './output.ts';
import { planFacts } from './plan-facts.ts';
import { planText } from './plan-text.ts';
import { savePlan } from './saved-plan.ts';
import { openShown, type Place, type StageOptions, withStage } from './stage.ts';
import { paintFor } from './terminal.ts';

interface Options extends StageOptions, OutputOptions {
  readonly all?: true;
  readonly out?: string;
}

export const planCommand = (): Command =>
  withJson(withStage(new Command('plan')))
    .description('show what applying documents would change; only reads')
    .argument('<files...>', 'YAML or JSON; several files may be one domain; cases too')
    .option('--all', 'show every subscriber, however many change')
    .option('--out <file>', 'keep the plan, for `divert apply FILE` to do just that')
    .addHelpText(
      'after',
      '\nExit code: 0 nothing to change, 2 changes, 1 error.\n\nExample:\n  divert plan infra/rules/example.com.yaml --stage prod',
    )
    .action((paths: string[], options: Options) =>
      printing(options, async (output) => {
        const place = await openShown(options, output);
        const { cases, rules } = byKind(readFiles(paths));
        const plans = await plansOf(place, rules, output);
        output.text(planText(plans, paintFor(process.stdout), options.all));
        output.facts({ plans: plans.map(planFacts) });
        if (cases.length > 0) {
          const answers = await changedCases(place, rules, cases);
          output.text(changedCasesText(answers));
          output.facts({ cases: answers });
        }
        if (options.out) {
          savePlan(options.out, place, plans);
          process.stderr.write(`${options.out}: written; do it with divert apply ${options.out}\n`);
          output.facts({ out: options.out });
        }
        process.exitCode = plans.every(isEmpty) ? EXIT.done : EXIT.changes;
      }),
    );

/**
 * What the files would change, a plan for each domain; warnings are told. Throws `Failure` with
 * their mistakes.
 */
export async function plansOf(
  { table }: Place,
  files: readonly SourceFile[],
  output: Output,
): Promise<Plan[]> {
  const plans: Plan[] = [];
  const warnings: string[] = [];
  const loaded = byDomain(files).map(loadSound);
  const peers = (await listPeers(table)).map(({ compiled }) => compiled);
  for (const one of loaded) {
    for (const warning of callerIdWarnings(one.policy, one.subscribers, peers)) {
      process.stderr.write(`warning: ${warning}\n`);
      warnings.push(warning);
    }
    plans.push(await makePlan(table, desiredOf(await withOwnRules(table, one))));
  }
  output.facts({ warnings });
  return plans;
}
