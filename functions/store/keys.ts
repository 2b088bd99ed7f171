/**
 * The primary keys of the one table. A domain holds no `#`, and whatever may hold one (a user, a
 * peer's name) stands last, so no two things share a key.
 *
 * What a call reads, each one GetItem: PEERKEY, POLICY, ROUTE, SWITCHES, TOKEN, SEARCH. What people wrote,
 * and who did, and what was fetched for them: DOMAIN, DOMAINS, DIRECTORY, PEERS, HISTORY, CALENDARS,
 * which no call reads.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

const single = (pk: string): Key => ({ pk, sk: '-' });

/** The peer that holds a key, by the key's SHA-256 in hex. */
export const peerKeyKey = (hash: string): Key => single(`PEERKEY#${hash}`);
/** A domain's compiled policy. */
export const policyKey = (domain: string): Key => single(`POLICY#${domain}`);
/** A compiled subscriber, whole, under one of their names. */
export const routeKey = (domain: string, name: string): Key => single(`ROUTE#${domain}#${name}`);
/** The keys of the loop token. */
export const TOKEN_KEY: Key = single('TOKEN');

/** The key by which calls are found in the log. */
export const SEARCH_KEY: Key = single('SEARCH');

/** The state of a domain's switches, which is no part of its policy. */
export const switchesKey = (domain: string): Key => single(`SWITCHES#${domain}`);
/** What searches of the log have read on a day. */
export const searchedKey = (day: string): Key => single(`SEARCHED#${day}`);
/** The copy of a calendar that a domain's policy names by this address. */
export const calendarCopyKey = (domain: string, url: string): Key => ({
  pk: `CALENDARS#${domain}`,
  sk: url,
});
/** A domain in the list of all that have rules, which stands in one partition. */
export const domainKey = (domain: string): Key => ({ pk: 'DOMAINS', sk: domain });

const SUBSCRIBER = 'SUB#';

/** The record of a domain's policy: what was written, by whom. */
export const policyRecordKey = (domain: string): Key => ({ pk: `DOMAIN#${domain}`, sk: 'POLICY' });
/** The record of a subscriber. */
export const subscriberRecordKey = (domain: string, user: string): Key => ({
  pk: `DOMAIN#${domain}`,
  sk: SUBSCRIBER + user,
});
/** Whose record stands under a key; undefined where it is no subscriber's. */
export function subscriberIn(
  pk: string,
  sk: string,
): { readonly kind: 'subscriber'; readonly domain: string; readonly user: string } | undefined {
  if (!pk.startsWith('DOMAIN#') || !sk.startsWith(SUBSCRIBER)) return undefined;
  return {
    kind: 'subscriber',
    domain: pk.slice('DOMAIN#'.length),
    user: sk.slice(SUBSCRIBER.length),
  };
}
/** Where all of a domain's subscriber records stand: a partition and the start of the sort key. */
export const subscriberRecords = (domain: string): Key => ({
  pk: `DOMAIN#${domain}`,
  sk: SUBSCRIBER,
});
/** Everybody, or those who may be forwarded: see `directory.ts`. */
export type Listing = 'ALL' | 'MAY';
/** A subscriber in a listing of their domain's directory. */
export const directoryKey = (domain: string, listing: Listing, user: string): Key => ({
  pk: `DIRECTORY#${domain}`,
  sk: `${listing}#${user}`,
});
/** That a domain's directory is whole. */
export const directoryMarkKey = (domain: string): Key => ({ pk: `DIRECTORY#${domain}`, sk: '-' });
/** The record of a peer; all peers stand in one partition. */
export const peerRecordKey = (name: string): Key => ({ pk: 'PEERS', sk: name });

/** Whose history: the partition key of its entries. Domains are lower case, so none is taken twice. */
export const policyHistory = (domain: string): string => `HISTORY#${domain}`;
export const subscriberHistory = (domain: string, user: string): string =>
  `HISTORY#${domain}#${user}`;
export const peerHistory = (name: string): string => `HISTORY#PEERS#${name}`;
export const switchesHistory = (domain: string): string => `HISTORY#SWITCHES#${domain}`;
/** Of whom it was erased, without their names. */
export const forgottenHistory = (domain: string): string => `HISTORY#FORGOTTEN#${domain}`;
export const TOKEN_HISTORY = 'HISTORY#TOKEN';

/** What a history is of. */
export type Remembered =
  | { readonly kind: 'policy' | 'switches' | 'forgotten'; readonly domain: string }
  | { readonly kind: 'subscriber'; readonly domain: string; readonly user: string }
  | { readonly kind: 'peer'; readonly peer: string }
  | { readonly kind: 'token' };

const HISTORY = 'HISTORY#';

/** Whose history a partition key is; undefined where it is none's. */
export function rememberedBy(pk: string): Remembered | undefined {
  if (!pk.startsWith(HISTORY)) return undefined;
  if (pk === TOKEN_HISTORY) return { kind: 'token' };
  // A user or a peer's name may hold a '#', a domain may not.
  const [, of = '', name] = /^([^#]*)(?:#(.*))?$/s.exec(pk.slice(HISTORY.length)) ?? [];
  if (name === undefined) return { kind: 'policy', domain: of };
  if (of === 'PEERS') return { kind: 'peer', peer: name };
  if (of === 'SWITCHES') return { kind: 'switches', domain: name };
  if (of === 'FORGOTTEN') return { kind: 'forgotten', domain: name };
  return { kind: 'subscriber', domain: of, user: name };
}
