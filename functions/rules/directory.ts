import { identitiesOf, numberOf } from '../decide/identity.ts';
import type { DialPlan } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { isEmergencyNumber } from '../decide/targets.ts';
import { userText } from '../sip/user.ts';
import { entriesOf } from './entries.ts';
import { readNumber } from './numbering/number.ts';
import { USER } from './schema/document.ts';
import { hint, quoted, type Report } from './source/fault.ts';

/** A subscriber as others refer to them. */
export interface Listed {
  /** The key of their AOR. */
  readonly user: string;
  /** Their AOR's user part as the document spells it, unescaped. */
  readonly spelled: string;
  /** Every identity they have, that of their AOR first. */
  readonly names: readonly string[];
}

/** Who is who in a domain: what a rule needs to know of other subscribers. */
export interface Directory {
  /** The subscriber who has this key, as name or as alias. */
  readonly find: (key: string) => Listed | undefined;
  /** Keys to choose from where one is misspelt. */
  readonly keys: () => Iterable<string>;
}

/** A user's name and aliases, as keys. */
export interface Names {
  readonly user: string;
  /** The user part as the document spells it, where that is not `user`. */
  readonly spelled?: string;
  readonly aliases: readonly string[];
}

/** So many names are compared with misspelt ones; the rest are only said to be unknown. */
const MOST_COMPARISONS = 10_000_000;

/** A subscriber as others refer to them. */
export function listedOf({ user, spelled = user, aliases }: Names, domain: string): Listed {
  return { user, spelled, names: identitiesOf({ user, aliases }, domain) };
}

/** The directory of these subscribers. */
export function directoryOf(domain: string, subscribers: Iterable<Names>): Directory {
  const byKey = new Map<string, Listed>();
  for (const subscriber of subscribers) {
    const listed = listedOf(subscriber, domain);
    for (const key of [subscriber.user, ...subscriber.aliases]) byKey.set(key, listed);
  }
  let comparisons = MOST_COMPARISONS;
  const keys = (): Iterable<string> => {
    if (comparisons <= 0) return [];
    comparisons -= byKey.size;
    return byKey.keys();
  };
  return { find: (key) => byKey.get(key), keys };
}

/** The subscriber of the domain who has this identity. */
export function findIdentity(
  directory: Directory,
  identity: string,
  domain: string,
): Listed | undefined {
  const at = identity.lastIndexOf('@');
  if (at < 0) return directory.find(identity);
  return identity.slice(at + 1) === domain ? directory.find(identity.slice(0, at)) : undefined;
}

/** `unknown subscriber 'carl', did you mean 'carol'?` */
export function unknownSubscriber(name: string, directory: Directory): string {
  return `unknown subscriber ${quoted(name)}${hint(name.toLowerCase(), directory.keys())}`;
}

export interface NamesContext {
  readonly domain: string;
  readonly plan?: DialPlan;
  readonly emergency: readonly string[];
}

/**
 * The keys of a subscriber, each once.
 *
 * @param owner who has a key already, other than this user
 * @param pointer of the subscriber
 */
export function namesOf(
  name: string,
  aliases: readonly (string | undefined)[] | undefined,
  context: NamesContext,
  owner: (key: string) => string | undefined,
  pointer: string,
  report: Report,
): Names {
  const user = keyOf(name, context.plan);
  const spelled = userText(name);
  const taken = owner(user);
  if (taken !== undefined) {
    report(pointer, `${quoted(name)} is already a name of subscriber ${quoted(taken)}`, 'key');
  }
  const emergency = (key: string): boolean => {
    const number = numberOf(key);
    return number !== undefined && isEmergencyNumber(number, context);
  };
  if (emergency(user)) report(pointer, `${quoted(name)} is an emergency number`, 'key');
  const keys = new Set<string>();
  for (const { value: alias, pointer: at } of entriesOf(aliases, `${pointer}/aliases`)) {
    const read = keyOfAlias(alias, context);
    if (typeof read === 'string') {
      report(at, read);
      continue;
    }
    const { key } = read;
    const other = owner(key);
    if (emergency(key)) report(at, `${quoted(alias)} is an emergency number`);
    else if (key === user) report(at, `${quoted(alias)} is the subscriber's own name`);
    else if (keys.has(key)) report(at, `${quoted(alias)} stands here twice`);
    else if (other !== undefined) {
      report(at, `${quoted(alias)} is already a name of subscriber ${quoted(other)}`);
    } else keys.add(key);
  }
  return { user, ...(spelled !== user && { spelled }), aliases: [...keys] };
}

/** The key that an alias stands for, or why it is none. */
function keyOfAlias(alias: string, { plan }: NamesContext): { readonly key: string } | string {
  const written = readNumber(alias, plan);
  if (written !== undefined) return typeof written === 'string' ? written : { key: written.number };
  return USER.pattern.test(alias)
    ? { key: keyOf(alias, plan) }
    : `${quoted(alias)} is no name in this domain: write a user name or a number`;
}
