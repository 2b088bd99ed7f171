import {
  type CalledTest,
  type Policy,
  type Ref,
  type Rule,
  type RuleAction,
  type SelfTarget,
  type Target,
  TRIGGERS,
  type Trigger,
} from '../decide/model.ts';
import { matchesPattern } from '../decide/number-pattern.ts';
import { keyOf } from '../decide/numbers.ts';
import type { Uri } from '../sip/uri.ts';
import { parseInstant } from './calendars/zone.ts';
import { compileCaller } from './callers.ts';
import type { Directory } from './directory.ts';
import { compileEach, entriesOf } from './entries.ts';
import { readPattern } from './number-pattern.ts';
import { readNumber } from './numbering/number.ts';
import type { RuleSource, TargetSource } from './schema/document.ts';
import { hint, pointerTo, quoted, type Report } from './source/fault.ts';
import type { WithoutFaults } from './source/without-faults.ts';
import { compileTarget } from './target.ts';
import { isUri, readUri } from './uri.ts';

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
}

/** Compiles a list of rules; what is faulty is reported and left out. */
export function compileRules(
  sources: WithoutFaults<readonly RuleSource[]> | undefined,
  pointer: string,
  context: RulesContext,
): Rule[] {
  const names = new Set<string>();
  return (sources ?? []).flatMap((source, index) => {
    if (source === undefined) return [];
    const at = pointerTo(pointer, index);
    const name = source.name ?? `${context.unnamed}-${index + 1}`;
    if (names.has(name)) {
      const given = source.name !== undefined;
      const which = given ? quoted(name) : `${quoted(name)}, the name of a rule without one,`;
      context.report(given ? `${at}/name` : at, `${which} is already the name of a rule above`);
    }
    names.add(name);
    const rule = compileRule(source, name, at, context);
    return rule === undefined ? [] : [rule];
  });
}

/** Undefined where no action is left over, which has been reported. */
function compileRule(
  source: WithoutFaults<RuleSource>,
  name: string,
  pointer: string,
  context: RulesContext,
): Rule | undefined {
  const { policy, report, timezone } = context;
  const when = triggersOf(source.when, `${pointer}/when`);
  if (source.after !== undefined && when.length > 0 && !when.includes('no-answer')) {
    report(`${pointer}/after`, "'after' is for rules with no-answer in 'when'", 'key');
  }
  const instant = (key: 'from' | 'until'): number | undefined => {
    const text = source[key];
    const at = text === undefined ? undefined : parseInstant(text, timezone);
    if (text !== undefined && at === undefined) {
      report(`${pointer}/${key}`, `there is no time ${quoted(text)}`);
    }
    return at;
  };
  const from = instant('from');
  const until = instant('until');
  if (from !== undefined && until !== undefined && until <= from) {
    report(`${pointer}/until`, "'until' must be later than 'from'");
  }
  const { domain, plan } = policy;
  const callers = compileEach(source.callers, `${pointer}/callers`, report, (text) =>
    compileCaller(text, { ...context, domain, plan }),
  );
  const called = compileEach(source.called, `${pointer}/called`, report, (text) =>
    compileCalled(text, context),
  );
  const via = entriesOf(source.via, `${pointer}/via`).map(({ value }) => value);
  const refs = (key: 'schedule' | 'switch', known: Readonly<Record<string, unknown>>): Ref[] =>
    entriesOf(source[key], `${pointer}/${key}`).map(({ value, pointer }) =>
      compileRef(value, key, pointer, known, report),
    );
  const switches = refs('switch', policy.switches ?? {});
  const schedules = refs('schedule', policy.schedules);
  const action = compileAction(source, when, pointer, context);
  if (action === undefined) return undefined;
  return {
    name,
    when,
    ...(source.enabled === false && { enabled: false }),
    ...(source.after !== undefined && { after: source.after }),
    ...(source.callers !== undefined && { callers }),
    ...(source.called !== undefined && { called: called.map(({ test }) => test) }),
    ...(source.diverted !== undefined && { diverted: source.diverted }),
    ...(via.length > 0 && { via }),
    ...(switches.length > 0 && { switches }),
    ...(schedules.length > 0 && { schedules }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...action,
  };
}

function triggersOf(
  when: WithoutFaults<RuleSource['when']> | undefined,
  pointer: string,
): Trigger[] {
  const given = new Set(entriesOf(when, pointer).map(({ value }) => value));
  return TRIGGERS.filter((trigger) => given.has('any') || given.has(trigger));
}

/** What must have been dialled, or why the text is nothing that can be. */
function compileCalled(
  text: string,
  { policy, own }: RulesContext,
): { readonly test: CalledTest } | string {
  if (text === 'unassigned') {
    return own === undefined
      ? { test: { unassigned: true } }
      : "'unassigned' is for first and finally: here the called user is a subscriber";
  }
  const pattern = readPattern(text);
  if (typeof pattern === 'string') return pattern;
  if (pattern !== undefined) {
    const value = pattern.is === 'prefix' ? `${pattern.value}*` : pattern.value;
    if (own === undefined || [...own].some((key) => matchesPattern(value, key))) {
      return { test: { pattern: value, text } };
    }
    return `${quoted(text)} is of none of the subscriber's numbers`;
  }
  const uri = isUri(text) ? readUri(text) : undefined;
  if (typeof uri === 'string') return `${quoted(text)} is no SIP address: ${uri}`;
  const user = uri === undefined ? text : dialledPart(uri);
  if (user === undefined) return `${quoted(text)} names nobody`;
  const written = readNumber(user, policy.plan);
  if (typeof written === 'string') return written;
  const key = written?.number ?? keyOf(user, policy.plan);
  if (own === undefined || own.has(key)) return { test: key };
  return `${quoted(text)} is none of the subscriber's names${hint(key, own)}`;
}

function dialledPart(uri: Uri): string | undefined {
  if (uri.scheme === 'tel') return uri.number;
  return uri.scheme === 'urn' ? undefined : uri.user;
}

/** `office` or `not office`; `what` it names must be known. */
function compileRef(
  text: string,
  what: string,
  pointer: string,
  known: Readonly<Record<string, unknown>>,
  report: Report,
): Ref {
  const negated = /^not\s+(.+)$/.exec(text)?.[1];
  const name = negated ?? text;
  if (!Object.hasOwn(known, name)) {
    report(pointer, `unknown ${what} ${quoted(name)}${hint(name, Object.keys(known))}`);
  }
  return negated === undefined ? { name } : { name, not: true };
}

function compileAction(
  source: WithoutFaults<RuleSource>,
  when: readonly Trigger[],
  pointer: string,
  context: RulesContext,
): RuleAction | undefined {
  const targets = entriesOf(source.forward, `${pointer}/forward`);
  const seen = new Set<string>();
  const forward = targets.flatMap(({ value, pointer }) => {
    const target = compileForward(value, when, pointer, context);
    if (target === undefined) return [];
    const whom = 'self' in target ? 'self' : target.identity;
    if (seen.has(whom)) context.report(pointer, 'this target stands here twice');
    seen.add(whom);
    return [target];
  });
  if (source.forward !== undefined) return { forward };
  if (source.reject !== undefined) return { reject: source.reject };
  return source.continue && { continue: true };
}

function compileForward(
  source: WithoutFaults<TargetSource>,
  when: readonly Trigger[],
  pointer: string,
  context: RulesContext,
): Target | SelfTarget | undefined {
  const short = typeof source === 'string';
  const { to, q, mailbox, ring } = short ? { to: source } : source;
  if (q !== undefined && Math.abs(q * 1000 - Math.round(q * 1000)) > 1e-9) {
    context.report(`${pointer}/q`, 'must have at most three decimals (RFC 3261 §20.10)');
  }
  const weight = { ...(q !== undefined && { q }), ...(ring !== undefined && { ring }) };
  if (to === 'self') {
    if (when.some((trigger) => trigger !== 'always')) {
      const message = "'self' is for rules with always alone: the phones' own leg has ended else";
      context.report(short ? pointer : `${pointer}/to`, message);
    }
    if (mailbox) context.report(`${pointer}/mailbox`, "'self' is no mailbox", 'key');
    return { self: true, ...weight };
  }
  const target = to === undefined ? undefined : compileTarget(to, context);
  if (typeof target === 'string') {
    context.report(short ? pointer : `${pointer}/to`, target);
    return undefined;
  }
  return target && { ...target, ...weight, ...(mailbox && { mailbox }) };
}
