import {
  type Policy,
  type Rule,
  type RuleAction,
  type Target,
  TRIGGERS,
  type Trigger,
} from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { compileCaller } from './callers.ts';
import type { Directory } from './directory.ts';
import type { RuleSource, TargetSource } from './document.ts';
import { compileEach } from './entries.ts';
import { hint, pointerTo, quoted, type Report } from './problem.ts';
import { many } from './schema.ts';
import type { Soundness } from './soundness.ts';
import { compileTarget } from './target.ts';
import { isUri, readUri } from './uri.ts';
import { parseInstant } from './zone.ts';

/** What a list of rules is compiled against. */
export interface RulesContext {
  /** Everything that holds for the domain, its own rules apart. */
  readonly policy: Omit<Policy, 'first' | 'finally'>;
  readonly directory: Directory;
  /** Names of the domain's groups. */
  readonly groups: ReadonlySet<string>;
  /** Zone of `from` and `until`. */
  readonly timezone: string;
  /** How rules without a name are called, before their number: `rule` gives rule-1. */
  readonly unnamed: string;
  /** Keys that may stand in `called`; undefined: any. */
  readonly own?: ReadonlySet<string>;
  readonly report: Report;
  readonly sound: Soundness;
}

/** Compiles a list of rules; what is faulty is reported and left out. */
export function compileRules(
  sources: readonly RuleSource[],
  pointer: string,
  context: RulesContext,
): Rule[] {
  const names = new Set<string>();
  return sources.flatMap((source, index) => {
    const at = pointerTo(pointer, index);
    if (!context.sound.whole(at)) return [];
    const name = source.name ?? `${context.unnamed}-${index + 1}`;
    if (names.has(name)) {
      const which =
        source.name === undefined ? `rule without a name: ${quoted(name)}` : quoted(name);
      context.report(
        source.name === undefined ? at : pointerTo(at, 'name'),
        `${which} is already the name of a rule above`,
      );
    }
    names.add(name);
    const rule = compileRule(source, name, at, context);
    return rule === undefined ? [] : [rule];
  });
}

function compileRule(
  source: RuleSource,
  name: string,
  pointer: string,
  context: RulesContext,
): Rule | undefined {
  const { policy, report } = context;
  const when = triggersOf(source.when);
  if (source.after !== undefined && !when.includes('no-answer')) {
    report(pointerTo(pointer, 'after'), "'after' is for rules with no-answer in 'when'", 'key');
  }
  const at = (key: 'from' | 'until'): number | undefined => {
    const text = source[key];
    if (text === undefined) return undefined;
    const instant = parseInstant(text, context.timezone);
    if (instant === undefined) report(pointerTo(pointer, key), `there is no time ${quoted(text)}`);
    return instant;
  };
  const from = at('from');
  const until = at('until');
  if (from !== undefined && until !== undefined && until <= from) {
    report(pointerTo(pointer, 'until'), "'until' must be later than 'from'");
  }
  const each = <T extends object>(
    key: 'callers' | 'called',
    compile: (text: string) => T | string,
  ): readonly T[] | undefined => {
    const given = source[key];
    return given === undefined
      ? undefined
      : compileEach(given, pointerTo(pointer, key), report, compile);
  };
  const { domain, plan } = policy;
  const callers = each('callers', (text) => compileCaller(text, { ...context, domain, plan }));
  const called = each('called', (text) => compileCalled(text, context));
  const schedule = source.schedule === undefined ? undefined : compileSchedule(source.schedule);
  if (schedule !== undefined && !Object.hasOwn(policy.schedules, schedule.name)) {
    report(
      pointerTo(pointer, 'schedule'),
      `unknown schedule ${quoted(schedule.name)}${hint(schedule.name, Object.keys(policy.schedules))}`,
    );
  }
  const action = compileAction(source, pointer, context);
  if (action === undefined) return undefined;
  return {
    name,
    when,
    ...(source.enabled === false && { enabled: false }),
    ...(source.after !== undefined && { after: source.after }),
    ...(callers && { callers }),
    ...(called && { called: called.map(({ key }) => key) }),
    ...(schedule && { schedules: [schedule] }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...action,
  };
}

function triggersOf(when: RuleSource['when']): readonly Trigger[] {
  const given = new Set(many(when));
  return given.has('any') ? TRIGGERS : TRIGGERS.filter((trigger) => given.has(trigger));
}

/** A key of the served user, or why the text is none. */
function compileCalled(text: string, { policy, own }: RulesContext): { key: string } | string {
  const uri = isUri(text) ? readUri(text) : undefined;
  if (typeof uri === 'string') return `${quoted(text)} is no SIP address: ${uri}`;
  const user =
    uri === undefined
      ? text
      : uri.scheme === 'sip' || uri.scheme === 'sips'
        ? uri.user
        : uri.scheme === 'tel'
          ? uri.number
          : undefined;
  if (user === undefined) return `${quoted(text)} names nobody`;
  const key = keyOf(user, policy.plan);
  if (own === undefined || own.has(key)) return { key };
  return `${quoted(text)} is none of the subscriber's names${hint(key, own)}`;
}

function compileSchedule(text: string): NonNullable<Rule['schedules']>[number] {
  const negated = /^not\s+(.+)$/.exec(text)?.[1];
  return negated === undefined ? { name: text } : { name: negated, not: true };
}

function compileAction(
  source: RuleSource,
  pointer: string,
  context: RulesContext,
): RuleAction | undefined {
  if (source.reject !== undefined) return { reject: source.reject };
  if (source.forward === undefined) return { continue: true };
  const single = !Array.isArray(source.forward);
  const forward = many(source.forward).flatMap((target, index) =>
    compileForward(target, pointerTo(pointer, 'forward', ...(single ? [] : [index])), context),
  );
  const seen = new Set<string>();
  for (const [index, { identity }] of forward.entries()) {
    if (seen.has(identity)) {
      context.report(pointerTo(pointer, 'forward', index), 'this target stands here twice');
    }
    seen.add(identity);
  }
  return { forward };
}

function compileForward(source: TargetSource, pointer: string, context: RulesContext): Target[] {
  const { to, q, mailbox } = typeof source === 'string' ? { to: source } : source;
  const target = compileTarget(to, context);
  if (typeof target === 'string') {
    context.report(typeof source === 'string' ? pointer : pointerTo(pointer, 'to'), target);
    return [];
  }
  if (q !== undefined && Math.abs(q * 1000 - Math.round(q * 1000)) > 1e-9) {
    context.report(pointerTo(pointer, 'q'), 'must have at most three decimals (RFC 3261 §20.10)');
  }
  return [{ ...target, ...(q !== undefined && { q }), ...(mailbox && { mailbox }) }];
}
