import { keyOf } from '../../functions/decide/numbers.ts';
import { Names } from '../../functions/provision/live-directory.ts';
import { getListedDomain, listDomains } from '../../functions/store/domains.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import type { Table } from '../../functions/store/table.ts';
import { withoutSpaces } from './address.ts';
import { Failure } from './failure.ts';

/** What a history is of: a subscriber, or (`user` absent) a domain's policy, or a peer. */
export type Subject = OfDomain | { readonly peer: string };

interface OfDomain {
  readonly domain: string;
  readonly user?: string;
}

/**
 * `bob@example.com`, with any of their names; `example.com`; or `bob`, where the table has the rules
 * of one domain only. Throws `Failure`.
 */
export async function subjectOf(table: Table, text: string): Promise<OfDomain> {
  const at = text.lastIndexOf('@');
  if (at >= 0) {
    return (await lookUp(table, text.slice(0, at), text.slice(at + 1).toLowerCase())).subject;
  }
  const named = text.toLowerCase();
  if (await getListedDomain(table, named)) return { domain: named };
  const { domains } = await listDomains(table, { limit: 2 });
  const [only] = domains;
  if (only && domains.length === 1) {
    const { subject, isThere } = await lookUp(table, text, only.domain);
    // With a dot it may be a domain that was removed, and has a history.
    if (isThere || !named.includes('.')) return subject;
  }
  if (named.includes('.')) return { domain: named };
  throw new Failure(`'${text}': write ${text}@ and their domain, or a domain`);
}

/** A subscriber by any of their names, and whether there is one now. */
async function lookUp(
  table: Table,
  name: string,
  domain: string,
): Promise<{ readonly subject: OfDomain; readonly isThere: boolean }> {
  const policy = await getPolicyRecord(table, domain);
  const key = keyOf(withoutSpaces(name).replace(/^sips?:/i, ''), policy?.compiled.plan);
  const found = await new Names(table, domain).find(key);
  return { subject: { domain, user: found?.user ?? key }, isThere: found !== undefined };
}

export function nameOf(subject: Subject): string {
  if ('peer' in subject) return `peer ${subject.peer}`;
  const { domain, user } = subject;
  return user === undefined ? domain : `${user}@${domain}`;
}

/** That it is not there, nor was in the history that is kept, and where to see what is. */
export function neverThere(subject: Subject): string {
  if ('peer' in subject)
    return `no peer ${subject.peer} is or was there: \`divert keys list\` shows all`;
  const { domain, user } = subject;
  if (user === undefined) return `no rules of ${domain} are or were there`;
  return `no ${nameOf(subject)} is or was there: \`divert pull ${domain}\` prints who is`;
}
