import type {
  Calendar,
  DialPlan,
  Features,
  Policy,
  Rule,
  Schedule,
  Switch,
  TargetPattern,
} from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { compileCalendar } from './calendars/calendar.ts';
import { compileSchedule } from './calendars/schedule.ts';
import { zoneFault } from './calendars/zone.ts';
import { compileMember, groupOf } from './callers.ts';
import type { Directory } from './directory.ts';
import { compileEach, entriesOf } from './entries.ts';
import { MMI_BEGINNINGS, NANP_CODES } from './feature-codes.ts';
import { readNumber } from './numbering/number.ts';
import {
  assignedNumbersNear,
  COUNTRIES,
  dialPlanOf,
  emergencyNumbersOf,
  premiumPrefixes,
  unknownCountry,
} from './numbering/numbering-plan.ts';
import { compileRules } from './rule.ts';
import type { RulesDocument } from './schema/document.ts';
import { hint, pointerKeys, pointerTo, quoted, type Report } from './source/fault.ts';
import type { WithoutFaults } from './source/without-faults.ts';
import { compileTarget, type TargetContext } from './target.ts';
import { compileDenied, compilePattern, costlyClasses, reachOf } from './target-pattern.ts';

/** Most kilobytes of a compiled policy. */
const LARGEST_POLICY = 300;

export interface PolicyContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The .ics files by the name under which calendars refer to them. */
  readonly calendars: Readonly<Record<string, string>>;
  readonly report: Report;
  readonly warn: Report;
  readonly note: Report;
}

/** What must be known of a domain before its names can be read. */
export type DomainFacts = Pick<
  Policy,
  | 'domain'
  | 'timezone'
  | 'country'
  | 'plan'
  | 'emergency'
  | 'ringSeconds'
  | 'maxDiversions'
  | 'mainNumber'
>;

/** The domain's own settings, with defaults where they are missing or faulty. */
export function domainFacts(source: WithoutFaults<RulesDocument>, report: Report): DomainFacts {
  const { domain, timezone, country, ringSeconds = 20, maxDiversions = 5 } = source;
  const fault = timezone === undefined ? undefined : zoneFault(timezone);
  if (fault) report('/timezone', fault);
  const known = country !== undefined && COUNTRIES.includes(country);
  if (country !== undefined && !known) {
    report('/country', unknownCountry(country));
  }
  const plan = known ? dialPlanOf(country) : undefined;
  const mainNumber = mainNumberOf(source.mainNumber, plan, report);
  return {
    // Without a domain everything else can still be judged.
    domain: domain?.toLowerCase() ?? 'domain.invalid',
    timezone: timezone !== undefined && !fault ? timezone : 'UTC',
    ringSeconds,
    maxDiversions,
    emergency: known ? emergencyNumbersOf(country) : [],
    ...(mainNumber !== undefined && { mainNumber }),
    ...(known && { country }),
    ...(plan && { plan }),
  };
}

function mainNumberOf(
  text: string | undefined,
  plan: DialPlan | undefined,
  report: Report,
): string | undefined {
  const written = text === undefined ? undefined : readNumber(text, plan);
  if (typeof written === 'object' && written.number.startsWith('+')) return written.number;
  if (text !== undefined) {
    const fault = `${quoted(text)} must be a number like "+49301234560"`;
    report('/mainNumber', typeof written === 'string' ? written : fault);
  }
  return undefined;
}

/** Compiles what holds for a whole domain. Its version is left to the store. */
export function compilePolicy(
  source: WithoutFaults<RulesDocument>,
  facts: DomainFacts,
  directory: Directory,
  context: PolicyContext,
): Policy {
  const { report } = context;
  const { domain, plan, timezone } = facts;
  const calendars = compileNamed('/calendars', source.calendars, NO_DAYS, (value, pointer) =>
    compileCalendar(value, pointer, context),
  );
  const schedules = compileNamed('/schedules', source.schedules, NEVER, (value, pointer) =>
    compileSchedule(value, pointer, Object.keys(calendars), report),
  );
  const groupNames = new Set(Object.keys(source.groups ?? {}));
  const member = { domain, plan, directory, groups: groupNames };
  const groups = compileNamed('/groups', source.groups, NOBODY, (value, pointer) =>
    groupOf(compileEach(value, pointer, report, (text) => compileMember(text, member))),
  );
  const { allow: allowed, deny: denied } = source.targets ?? {};
  const pattern = { domain, plan, country: facts.country };
  const allow: TargetPattern[] =
    allowed === undefined
      ? [{ is: 'domain', value: domain }]
      : compileEach(allowed, '/targets/allow', report, (text) => compilePattern(text, pattern));
  const reach = reachOf(allow, domain);
  const deny = compileEach(denied, '/targets/deny', report, (text) =>
    compileDenied(text, reach, pattern),
  );
  for (const { value, pointer } of entriesOf(allowed, '/targets/allow')) {
    const doubt = costlyClasses(value, deny, pattern);
    if (doubt !== undefined) context.warn(pointer, doubt);
  }
  const base = {
    ...facts,
    version: 0,
    allow,
    deny,
    premium: premiumPrefixes(reach),
    numbers: assignedNumbersNear(reach),
    groups,
    calendars,
    schedules,
    ...(source.switches && { switches: compileSwitches(source, directory, facts, report) }),
  };
  const templates = compileNamed('/templates', source.templates, NO_RULES, ({ rules }, pointer) =>
    compileRules(rules, `${pointer}/rules`, {
      ...member,
      policy: base,
      timezone,
      unnamed: 'rule',
      report,
    }),
  );
  const rules = (unnamed: 'first' | 'finally') =>
    compileRules(source[unnamed], `/${unnamed}`, {
      ...member,
      policy: base,
      timezone,
      unnamed,
      report,
    });
  const policy = {
    ...base,
    features: compileFeatures(source.features ?? {}, { policy: base, directory }, report),
    ...(source.templates && { templates }),
    first: rules('first'),
    finally: rules('finally'),
  };
  const kilobytes = Math.ceil(Buffer.byteLength(JSON.stringify(policy)) / 1024);
  if (kilobytes > LARGEST_POLICY) {
    const most = `at most ${LARGEST_POLICY} KB are stored`;
    report('', `takes ${kilobytes} KB without subscribers when compiled, and ${most}`, 'content');
  }
  return policy;
}

const NO_DAYS: Calendar = { days: [] };
const NEVER: Schedule = { days: 0, hours: [] };
const NO_RULES: readonly Rule[] = [];
const NOBODY = groupOf([]);

/** Compiles the values of a mapping; one that is faulty keeps its name, so that it is known. */
function compileNamed<V, T>(
  pointer: string,
  sources: Readonly<Record<string, V | undefined>> | undefined,
  fallback: T,
  compile: (value: V, pointer: string) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(sources ?? {}).map(([name, value]) => [
      name,
      value === undefined ? fallback : compile(value, pointerTo(pointer, name)),
    ]),
  );
}

function compileSwitches(
  source: WithoutFaults<RulesDocument>,
  directory: Directory,
  { plan }: DomainFacts,
  report: Report,
): Record<string, Switch> {
  const features = codesIn(source.features?.codes, () => {});
  /** Whose code is known already: what people dial is one or the other. */
  const codes = new Map([
    ...Object.entries(features.codes).map(([name, code]) => [code, name] as const),
    ...(features.mmi ? MMI_BEGINNINGS : []).map((code) => [code, 'features.codes'] as const),
  ]);
  return compileNamed('/switches', source.switches, {}, ({ on, off, by }, pointer): Switch => {
    for (const [key, code] of Object.entries({ on, off })) {
      if (code === undefined) continue;
      const other = [...codes].find(([one]) => one.startsWith(code) || code.startsWith(one));
      if (other) {
        const message = `${quoted(code)} can't be told from '${other[0]}', the code of ${other[1]}`;
        report(pointerTo(pointer, key), message);
      }
      codes.set(code, `${pointerKeys(pointer).at(-1)} ${key}`);
    }
    const who = compileEach(by, `${pointer}/by`, report, (name) => {
      const user = directory.find(keyOf(name, plan));
      return user ?? `unknown subscriber ${quoted(name)}${hint(name, directory.keys())}`;
    });
    return {
      ...(on !== undefined && { on }),
      ...(off !== undefined && { off }),
      ...(who.length > 0 && { by: who.map(({ user }) => user) }),
    };
  });
}

function compileFeatures(
  source: WithoutFaults<NonNullable<RulesDocument['features']>>,
  context: TargetContext,
  report: Report,
): Features {
  const { codes, mmi } = codesIn(source.codes, report);
  const given = { codes, ...(mmi && { mmi }) };
  if (source.announcement === undefined) return given;
  const announcement = compileTarget(source.announcement, context);
  if (typeof announcement !== 'string') return { ...given, announcement: announcement.uri };
  report('/features/announcement', announcement);
  return given;
}

/** A set of codes by name, or codes of one's own beside those of North America. */
function codesIn(
  source: WithoutFaults<NonNullable<NonNullable<RulesDocument['features']>['codes']>> = 'both',
  report: Report,
): Pick<Features, 'codes' | 'mmi'> {
  if (typeof source === 'string') {
    return {
      codes: source === '3gpp' ? {} : NANP_CODES,
      ...(source !== 'nanp' && { mmi: true as const }),
    };
  }
  // A name that is none of a code was told, and may have anything.
  const own = Object.entries(source).filter(([, code]) => typeof code === 'string');
  const codes = { ...NANP_CODES, ...Object.fromEntries(own) };
  for (const [name, code = ''] of own) {
    // Digits after a code are what it is for, so that no code may begin with another.
    const other = Object.entries(codes).find(
      ([key, c]) => key !== name && (code.startsWith(c) || c.startsWith(code)),
    );
    if (other) {
      const message = `${quoted(code)} can't be told from '${other[1]}', the code of ${other[0]}`;
      report(pointerTo('/features/codes', name), message);
    }
  }
  return { codes };
}
