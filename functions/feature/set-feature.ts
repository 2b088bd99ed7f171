import type { Peer, Policy, Subscriber } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { endlessCircle } from '../provision/forwarding-loop.ts';
import { Names } from '../provision/live-directory.ts';
import { type PhoneFeature, shownTarget, withPhoneSetting } from '../provision/phone-settings.ts';
import { DEFAULT_CODES } from '../rules/feature-codes.ts';
import { compileTarget } from '../rules/target.ts';
import type { SipUri, Uri } from '../sip/uri.ts';
import { unescapeUser } from '../sip/user.ts';
import { changeSubscribers } from '../store/subscribers.ts';
import type { Author, Table } from '../store/table.ts';
import { readCode } from './code.ts';
import { accepted, rejected, type Verdict } from './verdict.ts';

/** A code that somebody dialled. */
export interface Dialled {
  /** The Request-URI. */
  readonly uri: Uri;
  /** Who dialled it, as the edge has authenticated him. */
  readonly by: SipUri;
  readonly peer: Peer;
  /** Of his domain. */
  readonly policy: Policy;
}

/**
 * Sets what the code says among the phone settings of who dialled it, judged like every other
 * target. Done when this returns: the next call reads it.
 *
 * @param from goes into the history, with the subscriber's address
 * @throws what the store throws
 */
export async function setFeature(
  table: Table,
  { uri, by, peer, policy }: Dialled,
  from: string,
): Promise<Verdict> {
  const plan = peer.plan ?? policy.plan;
  const wish = readCode(dialledPart(uri), policy.features?.codes ?? DEFAULT_CODES);
  if (!wish) return rejected(404, 'There is no such code');
  const { feature } = wish;
  const names = new Names(table, policy.domain);
  const subscriber = await names.find(keyOf(by.user ?? '', plan));
  if (!subscriber) return noSubscriber();
  const author = { who: `${subscriber.user}@${policy.domain}`, from };

  if (!wish.on) {
    const stored = await store(table, policy, subscriber, feature, undefined, author);
    return stored ? accepted(policy.features, feature, undefined) : noSubscriber();
  }
  if (wish.number === undefined) return rejected(484, 'Dial the code and then the number');
  const number = keyOf(wish.number, plan);
  const target = await names.resolve((directory) => compileTarget(number, { policy, directory }));
  if (typeof target === 'string') return rejected(403, `Forwarding to ${number} is not allowed`);
  if (names.listed(subscriber).names.includes(target.identity)) {
    return rejected(403, 'You cannot forward to yourself');
  }
  const phone = withPhoneSetting(subscriber.phone, feature, target);
  if (await endlessCircle(names, policy.domain, { ...subscriber, phone })) {
    return rejected(403, 'Calls would be forwarded in a circle');
  }
  const stored = await store(table, policy, subscriber, feature, target, author);
  const to = shownTarget(target, policy.domain);
  return stored ? accepted(policy.features, feature, to) : noSubscriber();
}

function dialledPart(uri: Uri): string {
  if (uri.scheme === 'urn') return '';
  return uri.scheme === 'tel' ? uri.number : unescapeUser(uri.user ?? '');
}

export const noSubscriber = (): Verdict => rejected(403, 'You have no forwarding here');

/** Changes this one setting, whatever else is changed of him at the same time. */
async function store(
  table: Table,
  { domain }: Policy,
  { user }: Subscriber,
  feature: PhoneFeature,
  target: Parameters<typeof withPhoneSetting>[2],
  author: Author,
): Promise<boolean> {
  const [record] = await changeSubscribers(
    table,
    domain,
    [
      {
        user,
        next: (current) =>
          current && {
            source: current.source,
            compiled: current.compiled,
            phone: withPhoneSetting(current.compiled.phone, feature, target),
          },
      },
    ],
    author,
  );
  return record !== undefined;
}
