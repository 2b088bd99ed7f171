import { Command, InvalidArgumentError } from 'commander';
import { type ApplyOptions, ApplyStopped, apply } from '../../functions/provision/apply/apply.ts';
import { isEmpty, type Plan, withFormerPhone } from '../../functions/provision/apply/plan.ts';
import { losing, removalText, removesTooMany } from '../../functions/provision/apply/removals.ts';
import { EXIT, Failure } from './failure.ts';
import { plansOf } from './plan.ts';
import { phoneText, planText } from './plan-text.ts';
import {
  authorOf,
  openStage,
  type Place,
  placeLine,
  type StageOptions,
  withStage,
} from './stage.ts';
import { confirmed, paintFor, progress } from './terminal.ts';

interface Options extends StageOptions {
  readonly yes?: true;
  readonly all?: true;
  readonly rate?: number;
  readonly concurrency: number;
  readonly allowRemovals?: true;
  readonly restorePhone?: true;
}

export const applyCommand = (): Command =>
  withStage(new Command('apply'))
    .description('make the table say what documents say, after showing what that changes')
    .argument('<files...>', 'YAML or JSON; several files may be one domain')
    .option('--yes', 'do not ask')
    .option('--allow-removals', 'although many subscribers go, or lose every rule')
    .option('--restore-phone', 'give who comes back what they had set by phone')
    .option('--all', 'show every subscriber, however many change')
    .option('--rate <number>', 'subscribers written per second, at most', positive)
    .option('--concurrency <number>', 'transactions under way at once', positive, 16)
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
    .action(async (paths: string[], options: Options) => {
      const place = await openStage(options);
      process.stdout.write(`${placeLine(place)}\n`);
      const planned = await plansOf(place, paths);
      const plans = options.restorePhone ? planned.map(withFormerPhone) : planned;
      process.stdout.write(planText(plans, paintFor(process.stdout), options.all));
      if (plans.every(isEmpty)) return;
      refuseRemovals(plans, options);
      if (!options.yes && !(await confirmed(`\n${whatGoes(plans)}Change ${place.table.name}?`))) {
        process.stderr.write('Nothing was changed.\n');
        process.exitCode = EXIT.failed;
        return;
      }
      for (const plan of plans) if (!isEmpty(plan)) await applyPlan(place, plan, options);
    });

/** Throws `Failure` where more would go than goes by itself, and nobody has said that it is meant. */
function refuseRemovals(plans: readonly Plan[], { allowRemovals }: Options): void {
  const wholesale = plans.filter(removesTooMany);
  if (allowRemovals || wholesale.length === 0) return;
  throw new Failure(
    `${wholesale.map(removalText).join('\n')}\nNothing was changed. Is it the right file? If this is meant: --allow-removals`,
  );
}

/** So many are named in a question. */
const NAMED = 20;

/** Who goes, and what they set by phone goes with them: what a yes is about. */
function whatGoes(plans: readonly Plan[]): string {
  const lines = plans.flatMap((plan) =>
    losing(plan).map((step) => {
      const phone = step.kind === 'remove' ? phoneText(step.before.phone) : '';
      return `  ${step.user}@${plan.domain}${phone && `, with what they set by phone (${phone})`}\n`;
    }),
  );
  if (lines.length === 0) return '';
  const more = lines.length > NAMED ? `  and ${lines.length - NAMED} more\n` : '';
  return `${lines.length} would lose their rules:\n${lines.slice(0, NAMED).join('')}${more}`;
}

/** Does one domain's plan, showing how far it is. Throws `ApplyStopped` and what `apply` throws. */
async function applyPlan(place: Place, plan: Plan, options: Options): Promise<void> {
  const total = plan.subscribers.length;
  const bar = progress(total, `subscribers of ${plan.domain}`);
  const started = Date.now();
  const interrupted = new AbortController();
  // The second Ctrl-C is Node's own: it ends at once, which does no harm either.
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const settings: ApplyOptions = {
    author: authorOf(place, 'apply'),
    concurrency: options.concurrency,
    ...(options.rate !== undefined && { perSecond: options.rate }),
    onProgress: bar.at,
    signal: interrupted.signal,
  };
  try {
    await apply(place.table, plan, settings);
  } catch (error) {
    if (!(error instanceof ApplyStopped) || !interrupted.signal.aborted) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT.interrupted;
    return;
  } finally {
    bar.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  const count = (kind: string) => plan.subscribers.filter((step) => step.kind === kind).length;
  const policy = plan.policy ? `policy ${plan.policy.before ? 'changed' : 'added'}, ` : '';
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${plan.domain}: ${policy}${count('add')} added, ${count('change')} changed, ${count('remove')} removed in ${seconds} s\n`,
  );
}

export function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above 0.');
}
