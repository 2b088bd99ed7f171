import { identityOf, identityOfKey } from '../decide/identity.ts';
import type { CallerTest, DialPlan } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { type Directory, findIdentity } from './directory.ts';
import { readPattern } from './number-pattern.ts';
import { readNumber } from './numbering/number.ts';
import { HOST } from './schema/document.ts';
import { hint, quoted } from './source/fault.ts';
import { isUri, readUri } from './uri.ts';

export interface CallersContext {
  readonly domain: string;
  readonly plan: DialPlan | undefined;
  readonly directory: Directory;
  /** Names of the domain's groups. */
  readonly groups: ReadonlySet<string>;
}

const KEYWORDS = ['internal', 'external', 'anonymous', 'verified', 'unverified'] as const;

/** One entry of `callers`, or why it is none. */
export function compileCaller(text: string, context: CallersContext): CallerTest | string {
  const negated = /^not\s+(.+)$/.exec(text)?.[1];
  const test = compilePositive(negated ?? text, text, context);
  return typeof test !== 'string' && negated !== undefined ? { ...test, not: true } : test;
}

/** One member of a group, or why it is none: what holds for any caller is written in rules. */
export function compileMember(text: string, context: CallersContext): CallerTest | string {
  if (/^not\s/.test(text)) return `a group has no 'not': write it where the group is used`;
  if (KEYWORDS.includes(text as never)) {
    return `${quoted(text)} can't be in a group: write it beside the group in callers`;
  }
  if (context.groups.has(text)) return `${quoted(text)} is a group, and groups hold no groups`;
  return compileCaller(text, context);
}

/**
 * A group of these members, none of them negated. All who are named one by one become one test:
 * one each takes four times the room. It is there even if it names nobody, because no tests at all
 * would hold for everybody.
 */
export function groupOf(members: readonly CallerTest[]): readonly CallerTest[] {
  const named = new Set<string>();
  const others: CallerTest[] = [];
  for (const member of members) {
    if (member.is === 'identity') for (const identity of member.values) named.add(identity);
    else others.push(member);
  }
  // Explain shows a group by its name, so that there is no text to keep.
  return [{ is: 'identity', values: [...named], text: '' }, ...others];
}

function compilePositive(
  entry: string,
  text: string,
  { domain, plan, directory, groups }: CallersContext,
): CallerTest | string {
  for (const is of KEYWORDS) if (entry === is) return { is, text };
  if (groups.has(entry)) return { is: 'group', name: entry, text };
  if (entry.startsWith('@')) {
    const host = entry.slice(1);
    return HOST.test(host)
      ? { is: 'domain', value: host.toLowerCase(), text }
      : `${quoted(host)} is no host name`;
  }
  const pattern = readPattern(entry);
  if (typeof pattern === 'string') return pattern;
  if (pattern !== undefined) return { ...pattern, text };
  if (isUri(entry)) {
    const uri = readUri(entry);
    if (typeof uri === 'string') return `${quoted(entry)} is no SIP address: ${uri}`;
    const identity = identityOf(uri, { domain, hosts: [], plan });
    if (identity === undefined) return `${quoted(entry)} names nobody`;
    return { is: 'identity', values: allNames(identity, domain, directory), text };
  }
  const written = readNumber(entry, plan);
  if (typeof written === 'string') return written;
  if (written !== undefined) {
    const identity = identityOfKey(written.number, domain);
    return { is: 'identity', values: allNames(identity, domain, directory), text };
  }
  if (entry.includes('@')) return `${quoted(entry)} must begin with sip: to be a SIP address`;
  const listed = directory.find(keyOf(entry, plan));
  if (listed !== undefined) return { is: 'identity', values: listed.names, text };
  const known = [...groups, ...KEYWORDS];
  const near = hint(entry, known, hint(entry.toLowerCase(), directory.keys()));
  return `unknown group or subscriber ${quoted(entry)}${near}`;
}

/** Every name of the one who has this identity: they may call under any of them. */
function allNames(identity: string, domain: string, directory: Directory): readonly string[] {
  return findIdentity(directory, identity, domain)?.names ?? [identity];
}
