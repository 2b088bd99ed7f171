import googleLibphonenumber from 'google-libphonenumber';

const { PhoneNumberUtil } = googleLibphonenumber;
const phones = PhoneNumberUtil.getInstance();

/** What a domain lets calls go to, said in the simplest terms. */
export interface Allowed {
  readonly domain: string;
  /** Country calling code of the only E.164 numbers that are allowed. */
  readonly code: string;
  /** Users who exist: names as addressed. */
  readonly users: readonly string[];
  readonly extension: RegExp;
}

/** Google's number types (PhoneNumberType) that no domain here allows. */
const PREMIUM_RATE = 4;

/**
 * What is wrong with sending a Contact, by what the most obliging gateway would dial of it; undefined
 * where it may go. It shares no code with what it judges: it unescapes, folds, cuts and strips as
 * gateways, PBXs and databases do.
 */
export function whatAGatewayMinds(contact: string, allowed: Allowed): string | undefined {
  const uri = /^<([^>]*)>/.exec(contact)?.[1] ?? contact;
  const match = /^sips?:([^@]*)@([^;?]*)(;[^?]*)?(\?.*)?$/i.exec(uri);
  if (!match) return `${uri} is no plain SIP URI`;
  const [, user = '', host = '', params = '', headers] = match;
  if (headers !== undefined) return `${uri} carries headers`;
  if (host.toLowerCase() !== allowed.domain) return `${uri} leaves the domain`;
  for (const param of params.toLowerCase().split(';').slice(1)) {
    const name = decoded(param.split('=')[0] ?? '');
    if (/^(?:maddr|method|ttl|lr|transport|tgrp|trunk-context|rn|npdi|phone-context)$/.test(name)) {
      return `${uri} steers by ${name}`;
    }
    if (name === 'user' && !param.endsWith('=phone')) return `${uri} is dialled as ${param}`;
  }
  if (/[;:&]/.test(decoded(user))) return `${uri} carries more than a user`;
  const text = folded(user);
  if (allowed.users.includes(text)) return undefined;
  const dialled = text.replace(/[\s().\-/,'"=~$!]/g, '');
  if (/^[+*#]*\d/.test(dialled)) return dials(uri, dialled, allowed);
  return /^[a-z_][a-z0-9_.-]*$/i.test(text) ? undefined : `${uri} is no plain name`;
}

function dials(uri: string, dialled: string, { code, extension }: Allowed): string | undefined {
  if (extension.test(dialled)) return undefined;
  if (!/^\+\d+$/.test(dialled)) return `${uri} dials ${dialled}`;
  try {
    const number = phones.parse(dialled);
    if (String(number.getCountryCode()) !== code) return `${uri} dials abroad`;
    if (!phones.isValidNumber(number)) return `${uri} is no number`;
    if (phones.format(number, 0) !== dialled) return `${uri} is dialled as another number`;
    return phones.getNumberType(number) === PREMIUM_RATE ? `${uri} is premium-rate` : undefined;
  } catch {
    return `${uri} can't be dialled`;
  }
}

/** Unescaped as often as it goes, compatibility forms and digits of any script as ASCII. */
function folded(user: string): string {
  const text = decoded(user)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Cc}]/gu, '');
  return text.replace(/\p{Nd}/gu, (digit) => {
    // Decimal digits stand in runs of ten, from a zero on (Unicode §4.6).
    let zero = digit.codePointAt(0) as number;
    const at = zero;
    while (at - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String(at - zero);
  });
}

function decoded(text: string): string {
  let now = text;
  for (let times = 0; times < 3; times++) {
    try {
      const next = decodeURIComponent(now);
      if (next === now) break;
      now = next;
    } catch {
      break;
    }
  }
  return now;
}
