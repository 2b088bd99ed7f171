import { isDeepStrictEqual } from 'node:util';
import type { Policy } from '../decide/model.ts';
import { compileDomain } from '../provision/compile-domain.ts';
import { compiledOrThrow, compileOne } from '../provision/compile-subscriber.ts';
import { Names } from '../provision/live-directory.ts';
import { many } from '../rules/schema/schema.ts';
import { pointerTo } from '../rules/source/fault.ts';
import { changePolicy, getPolicyRecord, type PolicyRecord } from '../store/policies.ts';
import { allSubscribers, isUnchanged, listSubscribers } from '../store/subscribers.ts';
import { type ApiRequest, authorOf, forcedOrRefused } from './context.ts';
import { ApiProblem, invalid, type Mistake } from './problem.ts';
import type { Resource, State } from './resource.ts';

/** A domain's policy: its document without the subscribers. */
export function policyResource(request: ApiRequest): Resource {
  const { table } = request;
  const domain = request.path.domain as string;
  const what = `domain ${domain}`;
  let record: PolicyRecord | undefined;
  return {
    what,
    read: async () => {
      record = await getPolicyRecord(table, domain);
      return record && stateOf(record);
    },
    complete: (value) => (isObject(value) ? { domain, ...value } : value),
    write: async (source, before) => {
      checkDomain(source, domain);
      const calendars = calendarsOf(source, record);
      const names = new Names(table, domain);
      const compiled = compiledOrThrow(await compileDomain(names, source, calendars, table.now()));
      const forced = forcedOrRefused(request, `the policy of ${what}`);
      if (record) await refuseToBreakSubscribers(request, names, record.compiled, compiled);
      const next = { source, calendars, compiled };
      const author = authorOf(request, forced);
      const after = await changePolicy(table, domain, next, author, before?.version ?? 0);
      return stateOf(after as PolicyRecord);
    },
    remove: async (before) => {
      const forced = forcedOrRefused(request, `the policy of ${what}`);
      const { records } = await listSubscribers(table, domain, { limit: 1 });
      if (records.length > 0) {
        throw new ApiProblem(409, `${what} still has subscribers: remove them first`);
      }
      await changePolicy(table, domain, undefined, authorOf(request, forced), before.version);
    },
  };
}

const stateOf = ({ version, at, source }: PolicyRecord): State => ({ version, at, value: source });

/** @throws {ApiProblem} 422 where it is another domain's, or has subscribers in it */
function checkDomain(source: unknown, domain: string): void {
  if (!isObject(source)) return;
  if (typeof source.domain === 'string' && source.domain.toLowerCase() !== domain) {
    throw invalid([{ pointer: '/domain', detail: `must be '${domain}', as in the path` }]);
  }
  if (Object.hasOwn(source, 'subscribers')) {
    const detail = `is no part of the policy: write to /domains/${domain}/subscribers/{user}`;
    throw invalid([{ pointer: '/subscribers', detail }]);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The .ics files that the calendars name, as they were applied with the documents.
 *
 * @throws {ApiProblem} 422 for one that was not: here there is no place for a file
 */
function calendarsOf(source: unknown, record: PolicyRecord | undefined): Record<string, string> {
  const known = record?.calendars ?? {};
  const used: Record<string, string> = {};
  const mistakes: Mistake[] = [];
  if (!isObject(source) || !isObject(source.calendars)) return used;
  for (const [name, entries] of Object.entries(source.calendars)) {
    for (const entry of many(entries)) {
      if (typeof entry !== 'string' || !entry.endsWith('.ics')) continue;
      const text = Object.hasOwn(known, entry) ? known[entry] : undefined;
      if (text !== undefined) used[entry] = text;
      else {
        const detail = `'${entry}' is a file that only applying a document can bring: write dates`;
        mistakes.push({ pointer: pointerTo('/calendars', name), detail });
      }
    }
  }
  if (mistakes.length > 0) throw invalid(mistakes);
  return used;
}

/** What subscribers' rules are compiled with; targets aside, which are judged again at each call. */
const compiledInto = ({ timezone, plan, emergency, groups, schedules }: Policy): unknown => [
  timezone,
  plan,
  emergency,
  Object.keys(groups).sort(),
  Object.keys(schedules).sort(),
];

/** How long subscribers are looked through: a Lambda behind API Gateway has 29 s for everything. */
const PATIENCE_MS = 20_000;

/**
 * Refuses a policy under which subscribers' rules would be wrong, or mean something else: those
 * have to change together, which is what applying a document does.
 *
 * @throws {ApiProblem} 409
 */
async function refuseToBreakSubscribers(
  { table }: ApiRequest,
  names: Names,
  before: Policy,
  next: Policy,
): Promise<void> {
  if (isDeepStrictEqual(compiledInto(before), compiledInto(next))) return;
  const { domain } = before;
  const started = Date.now();
  const errors: Mistake[] = [];
  for await (const record of allSubscribers(table, domain)) {
    const pointer = pointerTo('/subscribers', record.user);
    const { compiled, mistakes } = await compileOne(names, next, record.user, record.source);
    errors.push(...mistakes.map((one) => ({ ...one, pointer: pointer + one.pointer })));
    if (mistakes.length === 0 && !isUnchanged(record, { source: record.source, compiled })) {
      errors.push({ pointer, detail: 'would mean something else' });
    }
    if (errors.length >= 20 || Date.now() - started > PATIENCE_MS) break;
  }
  if (errors.length === 0 && Date.now() - started <= PATIENCE_MS) return;
  throw new ApiProblem(
    409,
    errors.length > 0
      ? `subscribers of ${domain} depend on what this changes (see errors): change both with a document`
      : `${domain} has too many subscribers to check this against: apply a document`,
    { errors },
  );
}
