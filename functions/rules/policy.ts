import type {
  Calendar,
  CallerTest,
  Features,
  Policy,
  Schedule,
  TargetPattern,
} from '../decide/model.ts';
import { compileCalendar } from './calendar.ts';
import { compileMember } from './callers.ts';
import type { Directory } from './directory.ts';
import type { RulesDocument } from './document.ts';
import { compileEach } from './entries.ts';
import { DEFAULT_CODES } from './feature-codes.ts';
import { COUNTRIES, dialPlanOf, emergencyNumbersOf, premiumPrefixes } from './phone-facts.ts';
import { hint, pointerTo, quoted, type Report } from './problem.ts';
import { compileRules } from './rule.ts';
import { compileSchedule } from './schedule.ts';
import type { Soundness } from './soundness.ts';
import { compileTarget } from './target.ts';
import { compilePattern } from './target-pattern.ts';
import { zoneFault } from './zone.ts';

export interface PolicyContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The .ics files by the name under which calendars refer to them. */
  readonly calendars: Readonly<Record<string, string>>;
  readonly sound: Soundness;
  readonly report: Report;
  readonly warn: Report;
}

/** What must be known of a domain before its names can be read. */
export type DomainFacts = Pick<
  Policy,
  'domain' | 'timezone' | 'country' | 'plan' | 'emergency' | 'ringSeconds' | 'maxDiversions'
>;

/** The domain's own settings, with defaults where they are missing or faulty. */
export function domainFacts(
  source: Partial<RulesDocument>,
  { report, sound }: Pick<PolicyContext, 'report' | 'sound'>,
): DomainFacts {
  const given = <K extends keyof RulesDocument>(key: K): RulesDocument[K] | undefined =>
    sound.whole(pointerTo('', key)) ? source[key] : undefined;
  const zone = given('timezone');
  const fault = zone === undefined ? undefined : zoneFault(zone);
  if (fault) report('/timezone', fault);
  const country = given('country');
  const known = country !== undefined && COUNTRIES.includes(country);
  if (country !== undefined && !known) {
    report('/country', `unknown country ${quoted(country)}${hint(country, COUNTRIES)}`);
  }
  return {
    // Without a domain everything else can still be judged.
    domain: given('domain')?.toLowerCase() ?? 'domain.invalid',
    timezone: zone !== undefined && !fault ? zone : 'UTC',
    ringSeconds: given('ringSeconds') ?? 20,
    maxDiversions: given('maxDiversions') ?? 5,
    emergency: known ? emergencyNumbersOf(country) : [],
    ...(known && { country, plan: dialPlanOf(country) }),
  };
}

/** Compiles what holds for a whole domain. Its version is left to the store. */
export function compilePolicy(
  source: Partial<RulesDocument>,
  facts: DomainFacts,
  directory: Directory,
  context: PolicyContext,
): Policy {
  const { report, sound } = context;
  const { domain, plan } = facts;

  /** Compiles the parts of a mapping; one that is faulty keeps its name, so that it is known. */
  const entries = <V, T>(
    key: string,
    values: Readonly<Record<string, V>> | undefined,
    fallback: T,
    compile: (value: V, pointer: string) => T,
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(sound.itself(`/${key}`) ? (values ?? {}) : {}).map(([name, value]) => {
        const pointer = pointerTo('', key, name);
        return [name, sound.whole(pointer) ? compile(value, pointer) : fallback];
      }),
    );
  const calendars = entries<string | readonly string[], Calendar>(
    'calendars',
    source.calendars,
    { days: [] },
    (value, pointer) => compileCalendar(value, pointer, context),
  );
  const schedules = entries<NonNullable<RulesDocument['schedules']>[string], Schedule>(
    'schedules',
    source.schedules,
    { days: 0, hours: [] },
    (value, pointer) => compileSchedule(value, pointer, Object.keys(calendars), report),
  );
  const groupNames = new Set(sound.itself('/groups') ? Object.keys(source.groups ?? {}) : []);
  const groups = entries<readonly string[], readonly CallerTest[]>(
    'groups',
    source.groups,
    [],
    (value, pointer) =>
      compileEach(value, pointer, report, (text) =>
        compileMember(text, { domain, plan, directory, groups: groupNames }),
      ),
  );
  const patterns = (key: 'allow' | 'deny') => {
    const pointer = `/targets/${key}`;
    const given = sound.itself('/targets') ? source.targets?.[key] : undefined;
    if (given === undefined || !sound.whole(pointer)) return undefined;
    return compileEach(given, pointer, report, (text) => compilePattern(text, domain, plan));
  };
  const allow: readonly TargetPattern[] = patterns('allow') ?? [{ is: 'domain', value: domain }];
  const base = {
    ...facts,
    version: 0,
    allow,
    deny: patterns('deny') ?? [],
    premium: premiumPrefixes(
      allow.flatMap(({ is, value }) =>
        is === 'prefix' || (is === 'identity' && value.startsWith('+')) ? [value] : [],
      ),
    ),
    groups,
    calendars,
    schedules,
  };
  const features = compileFeatures(source.features, { policy: base, directory }, context);
  const rules = (key: 'first' | 'finally') =>
    sound.itself(`/${key}`)
      ? compileRules(source[key] ?? [], `/${key}`, {
          policy: base,
          directory,
          groups: groupNames,
          timezone: facts.timezone,
          unnamed: key,
          sound,
          report,
        })
      : [];
  return { ...base, features, first: rules('first'), finally: rules('finally') };
}

function compileFeatures(
  source: RulesDocument['features'],
  target: Parameters<typeof compileTarget>[1],
  { report, sound }: PolicyContext,
): Features {
  if (source === undefined || !sound.whole('/features')) return { codes: DEFAULT_CODES };
  const codes = { ...DEFAULT_CODES, ...source.codes };
  const all = Object.entries(codes);
  for (const [name, code] of all) {
    const other = all.find(([otherName, o]) => otherName !== name && code.startsWith(o));
    if (other === undefined || !Object.hasOwn(source.codes ?? {}, name)) continue;
    const message = `${quoted(code)} begins with '${other[1]}', the code of ${other[0]}`;
    report(pointerTo('/features/codes', name), message);
  }
  const { announcement } = source;
  if (announcement === undefined) return { codes };
  const compiled = compileTarget(announcement, target);
  if (typeof compiled === 'string') {
    report('/features/announcement', compiled);
    return { codes };
  }
  return { codes, announcement: compiled.uri };
}
