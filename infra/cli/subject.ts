import { keyOf } from '../../functions/decide/numbers.ts';
import { Names } from '../../functions/provision/live-directory.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import type { Table } from '../../functions/store/table.ts';
import { Failure } from './failure.ts';

/** What a history is of: a subscriber, or (`user` absent) a domain's policy, or a peer. */
export type Subject =
  | { readonly domain: string; readonly user?: string }
  | { readonly peer: string };

/** `bob@example.com`, with any of their names; or `example.com`. Throws `Failure`. */
export async function subjectOf(table: Table, text: string): Promise<Subject> {
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1).toLowerCase();
  const policy = await getPolicyRecord(table, domain);
  if (at < 0) {
    if (policy || domain.includes('.')) return { domain };
    throw new Failure(`'${text}': write ${text}@ and their domain, or a domain`);
  }
  const key = keyOf(text.slice(0, at).replace(/^sips?:/i, ''), policy?.compiled.plan);
  const found = await new Names(table, domain).find(key);
  return { domain, user: found?.user ?? key };
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
