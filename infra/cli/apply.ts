import { Command } from 'commander';
import { withFormerPhone } from '../../functions/provision/apply/plan.ts';
import { type CarryOutOptions, carryOut } from './carry-out.ts';
import { readFiles } from './documents.ts';
import { byKind } from './file-kinds.ts';
import { type OutputOptions, printing, withJson } from './output.ts';
import { withPace } from './pace.ts';
import { plansOf } from './plan.ts';
import { checkSavedPlan, readSavedPlan } from './saved-plan.ts';
import { openShown, type StageOptions, withStage } from './stage.ts';

interface Options extends StageOptions, CarryOutOptions, OutputOptions {
  readonly restorePhone?: true;
}

export const applyCommand = (): Command =>
  withPace(withJson(withStage(new Command('apply'))))
    .description('make the table say what documents say, after showing what that changes')
    .argument('<files...>', 'YAML or JSON, several files may be one domain; or one of plan --out')
    .option('--yes', 'do not ask')
    .option('--allow-removals', 'although many subscribers go, or lose every rule')
    .option('--restore-phone', 'give who comes back what they had set by phone')
    .option('--all', 'show every subscriber, however many change')
    .addHelpText(
      'after',
      `
Ctrl-C ends it between two subscribers; run it again to do the rest. What others changed since it
was planned is not overwritten: then it stops.

Example:
  divert apply infra/rules/*.yaml --stage prod --rate 500

A plan under which all subscribers of a domain, or more than two and more than a tenth, would go or
lose every rule is refused without --allow-removals; --yes does not stand for it.`,
    )
    .action((paths: string[], options: Options) =>
      printing(options, async (output) => {
        const place = await openShown(options, output);
        const saved = paths.length === 1 ? readSavedPlan(paths[0] as string) : undefined;
        if (saved) await checkSavedPlan(saved, place);
        const planned = saved
          ? saved.plans
          : await plansOf(place, byKind(readFiles(paths)).rules, output);
        const plans = options.restorePhone ? planned.map(withFormerPhone) : planned;
        await carryOut(place, plans, 'apply', options, output);
      }),
    );
