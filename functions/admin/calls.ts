import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogQuery, LogResults, LogsInsights } from '../aws/logs-insights.ts';
import { identityOfKey } from '../decide/identity.ts';
import type { Policy } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import type { HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { Names } from '../provision/live-directory.ts';
import { createdAt } from '../store/history.ts';
import { subscriberHistory } from '../store/keys.ts';
import { getPolicyRecord } from '../store/policies.ts';
import { sdkReader } from '../store/sdk-reader.ts';
import { addSearched, searchedToday, untilTomorrow } from '../store/search-budget.ts';
import { searchHash, searchKeyObject } from '../store/search-hash.ts';
import { type CallSearch, searchCursor, searchIn } from './call-cursor.ts';
import type { CallLog } from './call-log.ts';
import { callQuery, MOST_CALLS } from './call-query.ts';
import { type ApiRequest, limitOf } from './context.ts';
import { type Asked, explainFound, type FoundCall, foundCall } from './found-call.ts';
import { instantOf } from './instant.ts';
import { json } from './resource.ts';

const HOUR_MS = 3_600_000;
/** Of one request, from its first call to its last. */
const LONGEST_MS = 24 * HOUR_MS;
/** A request is answered within 5 s, whatever becomes of its queries. */
const DEADLINE_MS = 4_000;
/** For beginning a query. */
const START_MS = 2_000;
/** Of one request for what it found. */
const REQUEST_MS = 900;
const POLL_MS = 250;
/** What beginning a query counts at least, in each region, whoever waits for it. */
const LEAST_BYTES = 10_000_000;

/** Calls of a domain as they were decided, newest first: those of a user, a caller or a Call-ID. */
export async function listCalls(request: ApiRequest): Promise<HttpResponse> {
  const started = performance.now();
  const { table, caller, query } = request;
  const domain = request.path.domain as string;
  const log = callLogOf(request);
  const limit = limitOf(request);
  const key = await searchKeyOf(request);
  const now = table.now();
  const cursor = query.get('cursor');
  const search =
    cursor === null
      ? await begin(request, log, key)
      : searchIn(cursor, key, { domain, who: caller.who, now });
  const found = await waitFor(log, search, started + DEADLINE_MS);
  const bytes = found.reduce((sum, { bytesScanned }) => sum + bytesScanned, 0);
  const counted = Math.max(search.counted, bytes);
  if (counted > search.counted) await addSearched(table, counted - search.counted);
  const running = found.some(({ state }) => state === 'running');
  const calls = running ? [] : callsIn(found, search);
  const items = calls.slice(search.given, search.given + limit);
  const given = search.given + items.length;
  const more = running || given < calls.length;
  return json(200, {
    items: items.map((call) => ({ ...call, explain: explainFound(call, domain, search.asked) })),
    complete: !running && found.every(({ state }) => state === 'complete'),
    searched: {
      from: new Date(running ? search.from : searchedFrom(found, search)).toISOString(),
      to: new Date(search.to).toISOString(),
    },
    ...(more && { next: searchCursor({ ...search, given, counted }, key, now) }),
  });
}

/** @throws {Problem} 404 where no deployment's switch is on, 403 where it is on for others */
function callLogOf({ caller, services }: ApiRequest): CallLog {
  const { callLog } = services;
  if (callLog === undefined) {
    throw new Problem(404, 'calls are not searched here: callSearch is off');
  }
  if (caller.role === 'subscriber' && callLog.for !== 'all') {
    throw new Problem(403, 'calls are searched by your help desk: callSearch is not for all');
  }
  return callLog;
}

/** @throws {Problem} 503 */
async function searchKeyOf({ table }: ApiRequest): Promise<KeyObject> {
  const found = await sdkReader(table.client, table.name).searchKey?.();
  if (found) return searchKeyObject(found);
  throw new Problem(503, 'no calls are logged yet so that they are found: run divert apply once');
}

/** Begins a query in every region. @throws {Problem} */
async function begin(request: ApiRequest, log: CallLog, key: KeyObject): Promise<CallSearch> {
  const { table, caller } = request;
  const domain = request.path.domain as string;
  const policy = await getPolicyRecord(table, domain);
  if (!policy) throw new Problem(404, `there is no domain ${domain}`);
  const asked = await askedIn(request, policy.compiled);
  const span = await spanOf(request);
  if ((await searchedToday(table)) >= log.bytesADay) {
    throw new Problem(429, 'today’s searches have read all that they may: search again tomorrow', {
      headers: { 'retry-after': String(untilTomorrow(table.now())) },
    });
  }
  const hash = (text: string) => searchHash(key, text);
  const text = callQuery({
    domain,
    ...(asked.user !== undefined && { called: hash(asked.user) }),
    ...(asked.caller !== undefined && { caller: hash(asked.caller) }),
    ...(asked.callId !== undefined && { callId: hash(asked.callId) }),
  });
  const counted = LEAST_BYTES * log.regions.size;
  await addSearched(table, counted);
  const queries = await Promise.all(
    [...log.regions].map(async ([region, logs]) => {
      const query = { ...span, groups: log.groups, query: text };
      const signal = AbortSignal.timeout(START_MS);
      const id = await startIn(logs, query, signal).catch((error: Error) => {
        throw unavailable(error);
      });
      return [region, id] as const;
    }),
  );
  return {
    ...{ domain, who: caller.who, ...span, asked, given: 0, counted },
    queries: Object.fromEntries(queries),
  };
}

/**
 * Begins a query over the groups that a region has: a deployment there may have fewer switches on, and
 * one that is not there would fail the query for all.
 */
async function startIn(logs: LogsInsights, query: LogQuery, signal: AbortSignal): Promise<string> {
  try {
    return await logs.start(query, { signal });
  } catch (error) {
    const { groups } = query;
    if ((error as Error).name !== 'ResourceNotFoundException' || groups.length < 2) throw error;
    return startIn(logs, { ...query, groups: groups.slice(0, -1) }, signal);
  }
}

/** Whom the query names, as the log knows them. @throws {Problem} */
async function askedIn({ caller, query, table }: ApiRequest, policy: Policy): Promise<Asked> {
  const [user, from, callId] = ['user', 'caller', 'callId'].map((name) => textOf(query, name));
  const of = user ?? (caller.role === 'subscriber' ? caller.user : undefined);
  const key = of === undefined ? undefined : keyOf(of, policy.plan);
  // Who is nobody's name was called by what was dialled.
  const called =
    key === undefined
      ? undefined
      : ((await new Names(table, policy.domain).find(key))?.user ?? key);
  if (caller.role === 'subscriber' && called !== caller.user) {
    throw new Problem(403, `you may see calls to yourself only: ${caller.user}`);
  }
  return {
    ...(called !== undefined && { user: called }),
    ...(from !== undefined && { caller: callerIn(from, policy) }),
    ...(callId !== undefined && { callId }),
  };
}

/** A caller as a person writes them: `030 1234`, `alice`, `alice@example.com`, `anonymous`. */
function callerIn(text: string, { domain, plan }: Policy): string {
  const [, bare = ''] = /^(?:sips?:|tel:)?(.*)$/i.exec(text.trim()) ?? [];
  const at = bare.lastIndexOf('@');
  if (bare.toLowerCase() === 'anonymous') return 'anonymous';
  const user = at < 0 ? bare : bare.slice(0, at);
  const key = keyOf(user.replace(/[\s/]/g, ''), plan);
  return identityOfKey(key, at < 0 ? domain : bare.slice(at + 1).toLowerCase());
}

/** @throws {Problem} 400 */
function textOf(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (text.trim() !== '' && text.length <= 256) return text.trim();
  throw new Problem(400, `${name} must be 1 to 256 characters`, name);
}

/**
 * The time that is searched: the last hour, or what the query says. A subscriber's calls are their
 * own since their record was made: before, somebody else may have had the name.
 *
 * @throws {Problem} 400
 */
async function spanOf(request: ApiRequest): Promise<{ from: number; to: number }> {
  const { table, caller, query, path } = request;
  const to = instantOf(query.get('to'), 'to') ?? table.now();
  const from = instantOf(query.get('from'), 'from') ?? to - HOUR_MS;
  if (to <= from) throw new Problem(400, 'to must be later than from', 'to');
  if (to - from > LONGEST_MS) throw new Problem(400, 'at most 24 hours are searched at once', 'to');
  if (caller.role !== 'subscriber') return { from, to };
  const history = subscriberHistory(path.domain as string, caller.user);
  const own = Math.max(from, await createdAt(table, history));
  return { from: Math.min(own, to - 1), to };
}

/** What each region has found when all are done, or when the time is up. @throws {Problem} */
async function waitFor(log: CallLog, { queries }: CallSearch, deadline: number) {
  return Promise.all(
    Object.entries(queries).map(async ([region, id]): Promise<LogResults> => {
      const logs = log.regions.get(region);
      if (logs === undefined) return { state: 'failed', rows: [], bytesScanned: 0 };
      for (;;) {
        const left = deadline - performance.now();
        const signal = AbortSignal.timeout(Math.max(100, Math.min(REQUEST_MS, Math.ceil(left))));
        const results = await logs.results(id, { signal }).catch((error: Error) => {
          if (error.name === 'TimeoutError' || error.name === 'ThrottlingException') return RUNNING;
          throw unavailable(error);
        });
        if (results.state !== 'running' || left < POLL_MS) return results;
        await sleep(POLL_MS);
      }
    }),
  );
}

const RUNNING: LogResults = { state: 'running', rows: [], bytesScanned: 0 };

/** All calls of the time that is searched, newest first; what was asked twice is there once. */
function callsIn(found: readonly LogResults[], { domain, from, to }: CallSearch): FoundCall[] {
  const calls = new Map<string, FoundCall>();
  for (const { rows } of found) {
    for (const { '@message': line = '' } of rows) {
      const call = foundCall(line, domain);
      const at = call === undefined ? Number.NaN : Date.parse(call.at);
      if (call && at >= from && at < to) calls.set(call.decisionId, call);
    }
  }
  return [...calls.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** From when on nothing is left out: a query that found its most has not seen the older ones. */
function searchedFrom(found: readonly LogResults[], { domain, from }: CallSearch): number {
  const oldest = found.flatMap(({ rows }) => {
    if (rows.length < MOST_CALLS) return [];
    const last = foundCall(rows.at(-1)?.['@message'] ?? '', domain);
    return last ? [Date.parse(last.at)] : [];
  });
  return Math.max(from, ...oldest);
}

/** @returns a problem that says to come again */
const unavailable = (cause: Error): Problem =>
  new Problem(
    503,
    cause.name === 'LimitExceededException'
      ? 'too many searches are under way: try again'
      : 'the log does not answer: try again',
    { headers: { 'retry-after': '5' }, cause },
  );
