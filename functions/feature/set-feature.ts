import type { Peer, Policy } from '../decide/model.ts';
import { keyOf } from '../decide/numbers.ts';
import { Names } from '../provision/live-directory.ts';
import { changePhone } from '../provision/phone.ts';
import { phoneSettingsOf } from '../provision/phone-settings.ts';
import { ForwardingLoop, Invalid } from '../provision/refusal.ts';
import { parseInstant } from '../rules/calendars/zone.ts';
import { NANP_CODES } from '../rules/feature-codes.ts';
import { IS_SELF, type PhoneFeature, type PhoneSettings } from '../rules/phone-settings.ts';
import type { SipUri, Uri } from '../sip/uri.ts';
import { unescapeUser } from '../sip/user.ts';
import { getSubscriberRecord } from '../store/subscribers.ts';
import type { Author, Table } from '../store/table.ts';
import { type FeatureRequest, readCode } from './code.ts';
import { settingsInWords } from './in-words.ts';
import { switchDialled, turnSwitch } from './switch-code.ts';
import { accepted, rejected, type Verdict } from './verdict.ts';

/** A code that somebody dialled. */
export interface Dialled {
  /** The Request-URI. */
  readonly uri: Uri;
  /** Who dialled it, as the edge has authenticated them. */
  readonly by: SipUri;
  readonly peer: Peer;
  /** Of their domain. */
  readonly policy: Policy;
}

/** What a domain without rules of its own understands. */
const DEFAULT_FEATURES = { codes: NANP_CODES, mmi: true } as const;

/**
 * Does what the code says to the phone settings of who dialled it, each target judged like every
 * other. Done when this returns: the next call reads it.
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
  const code = dialledPart(uri);
  const turned = switchDialled(code, policy);
  const wish = readCode(code, policy.features ?? DEFAULT_FEATURES);
  if (!turned && !wish) return rejected(404, 'There is no such code');
  const subscriber = await new Names(table, policy.domain).find(keyOf(by.user ?? '', plan));
  if (!subscriber) return noSubscriber();
  const { user } = subscriber;
  const author: Author = { who: `${user}@${policy.domain}`, from };
  if (turned) return turnSwitch(table, policy, turned, user, author);
  if (!wish) return rejected(404, 'There is no such code');
  if (wish.does === 'ask') {
    const record = await getSubscriberRecord(table, policy.domain, user);
    if (!record) return noSubscriber();
    return rejected(480, settingsInWords(phoneSettingsOf(record, policy.domain), wish.features));
  }
  if (wish.does === 'set') {
    if (wish.number === undefined) return rejected(484, 'Dial the code and then the number');
    const { after = 5 } = wish;
    if (after < 5 || after > 180) return rejected(403, 'It may ring for 5 to 180 seconds');
  }
  const number = wish.does === 'set' ? keyOf(wish.number ?? '', plan) : undefined;
  const zone = subscriber.timezone ?? policy.timezone;
  const isOver = (until: string): boolean => (parseInstant(until, zone) ?? 0) <= table.now();
  const change = (settings: PhoneSettings): PhoneSettings =>
    changed(settings, wish, number, isOver);
  try {
    const record = await changePhone(table, policy, user, change, author);
    if (!record) return noSubscriber();
    const settings = phoneSettingsOf(record, policy.domain);
    if (wish.does === 'dnd') {
      return accepted(policy.features, `Do not disturb is ${wish.on ? 'on' : 'off'}`);
    }
    if (wish.does === 'resume' && !wish.features.some((feature) => settings[feature]?.active)) {
      return rejected(484, 'Dial the code and then the number');
    }
    return accepted(policy.features, settingsInWords(settings, wish.features));
  } catch (error) {
    return refusal(error, number);
  }
}

function dialledPart(uri: Uri): string {
  if (uri.scheme === 'urn') return '';
  return uri.scheme === 'tel' ? uri.number : unescapeUser(uri.user ?? '');
}

export const noSubscriber = (): Verdict => rejected(403, 'You have no forwarding here');

/** The settings as the code wants them. */
function changed(
  settings: PhoneSettings,
  wish: Exclude<FeatureRequest, { does: 'ask' }>,
  number: string | undefined,
  isOver: (until: string) => boolean,
): PhoneSettings {
  if (wish.does === 'dnd') return { ...settings, dnd: { active: wish.on } };
  const next: Record<string, unknown> = { ...settings };
  for (const feature of wish.features) {
    const before = settings[feature];
    if (wish.does === 'set') {
      const after = (feature === 'no-answer' && wish.after) || before?.after;
      next[feature] = { to: number, active: true, ...(after && { after }) };
    } else if (wish.does === 'forget') delete next[feature];
    else if (before) next[feature] = switched(before, wish.does === 'resume', isOver);
  }
  return next;
}

/** On or off again with everything kept, but for an end that has passed. */
function switched(
  { until, ...setting }: NonNullable<PhoneSettings[PhoneFeature]>,
  active: boolean,
  isOver: (until: string) => boolean,
): NonNullable<PhoneSettings[PhoneFeature]> {
  return { ...setting, active, ...(until !== undefined && !isOver(until) && { until }) };
}

/** Why the code was not carried out; what is no refusal is thrown on. */
function refusal(error: unknown, number: string | undefined): Verdict {
  if (error instanceof ForwardingLoop) {
    return rejected(403, 'Calls would be forwarded in a circle');
  }
  if (!(error instanceof Invalid)) throw error;
  if (error.mistakes.some(({ detail }) => detail === IS_SELF)) {
    return rejected(403, 'You cannot forward to yourself');
  }
  return rejected(403, `Forwarding${number === undefined ? '' : ` to ${number}`} is not allowed`);
}
