import { identityOfKey } from '../decide/identity.ts';
import type { Policy, Subscriber } from '../decide/model.ts';
import { pointerTo } from '../rules/source/fault.ts';
import { VersionConflict } from '../store/errors.ts';
import { changePolicy, getPolicyRecord } from '../store/policies.ts';
import {
  allSubscribers,
  changeSubscribers,
  getSubscriberRecord,
  isUnchanged,
  nameOf,
} from '../store/subscribers.ts';
import type { Author, Table } from '../store/table.ts';
import { compileDomain } from './compile-domain.ts';
import { compileOne, type Renaming } from './compile-subscriber.ts';
import { Names } from './live-directory.ts';
import { refitted } from './phone.ts';
import { Absent, type Mistake, Refused } from './refusal.ts';

/**
 * Compiled rules hold every name of the subscribers that they refer to. So when somebody's names
 * change, the rules that refer to them are compiled anew; when they go, there may be none.
 */

/** The keys that a change gives to somebody or takes away; undefined where names stay as they are. */
export function renamingOf(
  names: Names,
  before: Subscriber,
  after: Subscriber | undefined,
): Renaming | undefined {
  const had = keysOf(before);
  const now = after ? keysOf(after) : [];
  const gone = had.filter((key) => !now.includes(key));
  if (gone.length === 0 && now.length === had.length) return undefined;
  const listed = after && names.listed(after);
  return new Map([
    ...gone.map((key) => [key, undefined] as const),
    ...now.map((key) => [key, listed] as const),
  ]);
}

const keysOf = ({ user, aliases }: Subscriber): string[] => [user, ...aliases];

/** How long others are looked through: a Lambda behind API Gateway has 29 s for everything. */
const SEARCH_MS = 20_000;

/**
 * Finds the rules of others that refer to who is renamed.
 *
 * @returns what compiles them anew, to be called once the new names are stored
 * @throws {Refused} where one would be left referring to nobody
 */
export async function followRenaming(
  table: Table,
  policy: Policy,
  renaming: Renaming | undefined,
  user: string,
): Promise<(author: Author) => Promise<void>> {
  if (!renaming) return async () => {};
  const { domain } = policy;
  const names = new Names(table, domain);
  const quoted = [...renaming.keys()].map((key) => JSON.stringify(identityOfKey(key, domain)));
  const mentions = (rules: unknown): boolean => {
    const text = JSON.stringify(rules);
    return quoted.some((identity) => text.includes(identity));
  };
  const errors: Mistake[] = [];
  const users: string[] = [];
  const deadline = Date.now() + SEARCH_MS;
  for await (const record of allSubscribers(table, domain)) {
    if (Date.now() > deadline) {
      throw new Refused(`${domain} has too many subscribers to check this: apply a document`);
    }
    if (record.user === user || !mentions(record.compiled.rules)) continue;
    const outcome = await compileOne(names, policy, nameOf(record), record.source, renaming);
    const pointer = pointerTo('/subscribers', record.user);
    errors.push(...outcome.mistakes.map((one) => ({ ...one, pointer: pointer + one.pointer })));
    users.push(record.user);
  }
  const inPolicy = mentions([policy.groups, policy.first, policy.finally]);
  if (inPolicy) {
    const record = await getPolicyRecord(table, domain);
    const outcome =
      record &&
      (await compileDomain(names, record.source, record.calendars, table.now(), renaming));
    errors.push(...(outcome?.mistakes ?? []));
  }
  if (errors.length > 0) {
    throw new Refused('rules of others refer to what this removes (see errors)', errors);
  }
  return async (author) => {
    const renewed = inPolicy ? await renewPolicy(table, domain, author) : policy;
    for (const other of users) await renewSubscriber(table, renewed, other, author);
    // Looked for now that nobody can set one by the old names any more: a phone setting is stored
    // only while those it was judged by are as they were.
    for await (const { user: other, compiled } of allSubscribers(table, domain)) {
      if (other !== user && mentions(compiled.phone)) {
        await renewSubscriber(table, renewed, other, author);
      }
    }
  };
}

async function renewPolicy(table: Table, domain: string, author: Author): Promise<Policy> {
  return persistently(domain, async () => {
    const record = await getPolicyRecord(table, domain);
    if (!record) throw new Absent(`domain ${domain}`);
    const { source, calendars, version } = record;
    const outcome = await compileDomain(new Names(table, domain), source, calendars, table.now());
    if (outcome.mistakes.length > 0) return record.compiled;
    const next = { source, calendars, compiled: outcome.compiled };
    const after = await changePolicy(table, domain, next, author, version);
    return after?.compiled ?? record.compiled;
  });
}

async function renewSubscriber(
  table: Table,
  policy: Policy,
  user: string,
  author: Author,
): Promise<void> {
  await persistently(user, async () => {
    const record = await getSubscriberRecord(table, policy.domain, user);
    if (!record) return;
    const { source, version } = record;
    const names = new Names(table, policy.domain);
    const outcome = await compileOne(names, policy, nameOf(record), source);
    const { compiled } = outcome;
    const { fallen: _, ...phone } = await refitted(names, policy, record, compiled);
    const next = { source, compiled, phone };
    // Whoever changed this subscriber meanwhile has compiled them, with the new names: a mistake
    // in them now is that change's to tell.
    if (outcome.mistakes.length > 0 || isUnchanged(record, next)) return;
    await changeSubscribers(table, policy.domain, [{ user, expect: version, next }], author);
  });
}

/** Does it again as long as others are faster. */
async function persistently<T>(subject: string, step: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof VersionConflict)) throw error;
    }
  }
  throw new VersionConflict(subject, undefined);
}
