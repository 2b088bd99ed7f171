import { calledKey, type ParsedCall } from '../decide/call.ts';
import type { Served } from '../decide/call-context.ts';
import { decide } from '../decide/decide.ts';
import { isEmergencyNumber } from '../decide/targets.ts';
import type { RuleSeen } from '../decide/trace.ts';
import { nearest } from '../rules/source/fault.ts';
import type { Stamp, Table } from '../store/table.ts';
import { asksCalendars, type CalendarSources, withEvents } from './calendar-events.ts';
import type { Called, Explained, RulesVersion } from './follow.ts';
import { localTime } from './local-time.ts';
import { namesBeside } from './names-beside.ts';
import { calendarsAt } from './past.ts';
import { changeOf } from './rules-version.ts';
import { missedIn } from './schedule-missed.ts';

/** What is known of rules beside what deciding reads of them; what is absent is not told. */
export interface Background {
  /** How a domain's calendars were written at an instant: names their entries. */
  calendarsAt?(domain: string, at: number): Promise<CalendarSources | undefined>;
  /** The change that made a version of a domain's policy, or of a subscriber's rules. */
  changeOf?(
    of: { readonly domain: string; readonly user?: string },
    version: number,
    at: number,
  ): Promise<Stamp | undefined>;
  /** Names in a domain among which a misspelt one may be meant. */
  namesBeside?(domain: string, key: string): Promise<Iterable<string>>;
}

/** The same of a table, as far as this role may read it. */
export const historyBackground = (table: Table) =>
  ({
    changeOf: (of, version, at) => changeOf(table, of, version, at),
    namesBeside: (domain, key) => namesBeside(table, domain, key),
  }) satisfies Background;

/** All of it, for who may read the documents too. */
export const tableBackground = (table: Table): Background => ({
  ...historyBackground(table),
  calendarsAt: (domain, at) => calendarsAt(table, domain, at),
});

type Told = Pick<Explained, 'considered' | 'called' | 'at' | 'timezone' | 'rules' | 'before'>;

/** What an explanation tells beside a decision and the rules that were looked at. */
export async function told(
  call: ParsedCall,
  served: Served,
  considered: readonly RuleSeen[],
  at: number,
  tokenIssued: number,
  background: Background,
): Promise<Told> {
  const zone = served.subscriber?.timezone ?? served.policy?.timezone ?? 'UTC';
  const [seen, called, rules] = await Promise.all([
    withReasons(considered, served, at, zone, background),
    calledBy(call, served, background),
    versionsOf(served, at, zone, background),
  ]);
  const before = decidedBefore(call, served, at, tokenIssued);
  return {
    ...{ considered: seen, at: localTime(at, zone), timezone: zone },
    ...(called && { called }),
    ...(rules && { rules }),
    ...(before && { before }),
  };
}

/** The rules that were looked at: times on the wall clock, and why schedules hold or do not. */
async function withReasons(
  considered: readonly RuleSeen[],
  { policy }: Served,
  at: number,
  zone: string,
  background: Background,
): Promise<readonly RuleSeen[]> {
  const local = considered.map((rule) => ({
    ...rule,
    conditions: rule.conditions.map((seen) => {
      const { condition, value, held } = seen;
      if (condition === 'from' || condition === 'until') {
        return { ...seen, value: localTime(Date.parse(String(value)), zone) };
      }
      const schedule = condition === 'schedule' && policy?.schedules[String(value)];
      if (!schedule || held) return seen;
      return { ...seen, missed: missedIn(schedule, policy.calendars, { at, zone }) };
    }),
  }));
  if (!background.calendarsAt || !policy || !asksCalendars(local, policy)) return local;
  const sources = await background.calendarsAt(policy.domain, at);
  return sources === undefined ? local : withEvents(local, policy, sources, at, zone);
}

async function calledBy(
  call: ParsedCall,
  { peer, policy, subscriber }: Served,
  { namesBeside }: Background,
): Promise<Called | undefined> {
  const dialled = calledKey(call, peer, policy);
  if (dialled === undefined) return undefined;
  if (subscriber !== undefined) return { dialled, user: subscriber.user };
  if (!policy || !namesBeside || isEmergencyNumber(dialled, policy)) return { dialled };
  const near = nearest(dialled, await namesBeside(policy.domain, dialled));
  return { dialled, ...(near !== undefined && { nearest: near }) };
}

async function versionsOf(
  { policy, subscriber }: Served,
  at: number,
  zone: string,
  { changeOf }: Background,
): Promise<Explained['rules']> {
  if (policy === undefined) return undefined;
  const { domain } = policy;
  const versionOf = async (version: number, user?: string): Promise<RulesVersion> => {
    const change = await changeOf?.({ domain, ...(user !== undefined && { user }) }, version, at);
    if (change === undefined) return { version };
    const { who, from } = change;
    return { version, since: localTime(Date.parse(change.at), zone), who, from };
  };
  const [ofPolicy, ofSubscriber] = await Promise.all([
    versionOf(policy.version),
    subscriber && versionOf(subscriber.version, subscriber.user),
  ]);
  return { policy: ofPolicy, ...(ofSubscriber && { subscriber: ofSubscriber }) };
}

/** What the INVITE comes to where it does not go on to the phone, so that there is no outcome. */
function decidedBefore(
  call: ParsedCall,
  served: Served,
  at: number,
  tokenIssued: number,
): Explained['before'] {
  if (call.outcome === undefined) return undefined;
  const decision = decide({ ...call, outcome: undefined }, served, at, tokenIssued);
  if (decision.action === 'continue') return undefined;
  const { action, status, rule, layer } = decision;
  return { action, status, ...(rule !== undefined && { rule }), ...(layer && { layer }) };
}
