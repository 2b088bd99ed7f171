/**
 * What is stored and what deciding reads: a domain's rules, compiled.
 *
 * Everything that needs a heavy library or the whole domain (phone metadata, iCalendar, YAML,
 * aliases) has already happened when these were written; deciding on them is prefix matching
 * and arithmetic. All of it is plain JSON.
 *
 * An **identity** is how a user is compared, whoever names them: an E.164 number is `+49301234567`
 * whatever its host; everything else is `user@host`, lower case, unescaped, so a short number is
 * `1002@example.com`. A **key** is an identity inside a known domain, without the host: `bob`,
 * `+49301234567`, `1002`.
 */

import type { DigitTable } from './digit-table.ts';

export const TRIGGERS = [
  'always',
  'busy',
  'no-answer',
  'unreachable',
  'deflected',
  'declined',
] as const;

/** Why a call may be diverted now. How a final status becomes a trigger: `trigger.ts`. */
export type Trigger = (typeof TRIGGERS)[number];

/** How digits are dialled at a peer or in a country, from which E.164 is derived. */
export interface DialPlan {
  /** Country calling code without `+`, e.g. `49`. */
  readonly countryCode: string;
  /** Prefixes that begin an international number, e.g. `["00"]`, `["011"]`. */
  readonly international: readonly string[];
  /** Prefix that begins a national number, e.g. `0`; absent where there is none. */
  readonly national?: string;
  /** Possible lengths of a national significant number, ascending. */
  readonly lengths: readonly number[];
  /** Whether a national number is dialled without any prefix (NANP's ten digits, Spain). */
  readonly bareNational?: boolean;
  /** Other prefixes of national numbers, longest first, which count only before a known number. */
  readonly otherNational?: readonly string[];
  /** The country's national numbers; absent in a plan of one's own, and in one written before. */
  readonly known?: DigitTable;
  /** Those of them that are recognised without any prefix; absent: all. */
  readonly knownBare?: DigitTable;
  /** What digits without any prefix are, whatever patterns say. */
  readonly bare?: 'national' | 'international';
}

/** One entry of `callers`. A positive entry is OR-ed with the others; each `not` must hold. */
export type CallerTest = {
  readonly not?: true /** As written, for explain. */;
  readonly text: string;
} & (
  | { readonly is: 'group'; readonly name: string }
  /** Any of these identities (a subscriber is given with all their names). */
  | { readonly is: 'identity'; readonly values: readonly string[] }
  /** A number that begins with this, `+49`. */
  | { readonly is: 'prefix'; readonly value: string }
  /** A number of this pattern, `+43[1-3]*`; see `number-pattern.ts`. */
  | { readonly is: 'pattern'; readonly value: string }
  /** A short number of this pattern in the domain itself, `1xxx`. */
  | { readonly is: 'extension'; readonly value: string }
  /** A caller of this host, whether a name or a number. */
  | { readonly is: 'domain'; readonly value: string }
  | { readonly is: 'internal' | 'external' | 'anonymous' | 'verified' | 'unverified' }
);

/** One entry of `targets.allow` or `targets.deny`. */
export type TargetPattern =
  /** `@example.com`: users of this host; where it is not the domain, the numbers there too. */
  | { readonly is: 'domain'; readonly value: string }
  /** `+49`: E.164 numbers that begin with this. */
  | { readonly is: 'prefix'; readonly value: string }
  /** `ext:1xxx`: short numbers; `x` is any digit. */
  | { readonly is: 'extension'; readonly value: string }
  /** `sip:mum@example.net`: this one identity. */
  | { readonly is: 'identity'; readonly value: string }
  /** `premium`: the E.164 ranges of a kind of numbers. */
  | { readonly is: 'class'; readonly value: string; readonly prefixes: readonly string[] };

/** A place to forward to. */
export interface Target {
  /**
   * The URI that goes into the Contact, without any parameter that deciding adds. `{user}` in it
   * stands for the called user.
   */
  readonly uri: string;
  readonly identity: string;
  /** Every identity of the subscriber this is, its own included; only for subscribers of the domain. */
  readonly names?: readonly string[];
  /** 0 to 1, at most three decimals (RFC 3261 §20.10); absent: falls by position. */
  readonly q?: number;
  /** Add RFC 4458's `target` parameter naming the called user. */
  readonly mailbox?: true;
  /** Seconds for which an edge that calls it itself lets it ring. */
  readonly ring?: number;
}

/** The called user's own phones, beside other targets: only an edge that calls these itself can. */
export interface SelfTarget {
  readonly self: true;
  readonly q?: number;
  readonly ring?: number;
}

export type RuleAction =
  | { readonly forward: readonly (Target | SelfTarget)[] }
  /** SIP status, 400 to 699. */
  | { readonly reject: number }
  | { readonly continue: true };

/** A schedule or switch of the domain that must hold, or must not. */
export interface Ref {
  readonly name: string;
  readonly not?: true;
}

/** How a call was dialled: a key of the served user, any of a pattern, or one that nobody has. */
export type CalledTest =
  | string
  /** As written, for explain; see `number-pattern.ts`. */
  | { readonly pattern: string; readonly text: string }
  | { readonly unassigned: true };

export type Rule = RuleAction & {
  readonly name: string;
  readonly when: readonly Trigger[];
  readonly enabled?: false;
  /** Seconds of ringing for `no-answer`, 5 to 180; absent: the policy's. */
  readonly after?: number;
  readonly callers?: readonly CallerTest[];
  /** One of which must hold of what was dialled. */
  readonly called?: readonly CalledTest[];
  /** All of which must hold. */
  readonly schedules?: readonly Ref[];
  /** All of which must hold. */
  readonly switches?: readonly Ref[];
  /** Whether the call must have been diverted before, or must not. */
  readonly diverted?: boolean;
  /** Names of peers, one of which must ask. */
  readonly via?: readonly string[];
  /** Milliseconds since the epoch, included. */
  readonly from?: number;
  /** Milliseconds since the epoch, excluded. */
  readonly until?: number;
};

/**
 * A day that comes back every year: from one to another (month × 100 + day, included; over the end
 * of the year where the second is less), the nth weekday of a month (Monday is 0; negative: from its
 * end), or so many days after Easter Sunday.
 */
export type Yearly =
  | { readonly first: number; readonly last: number }
  | { readonly nth: number; readonly weekday: number; readonly month: number }
  | { readonly easter: number };

/** Days and times by name. Sorted, not overlapping, so that a lookup is a binary search. */
export interface Calendar {
  /** Where all of it was fetched; absent where people wrote it. */
  readonly url?: string;
  /** Whole days in whatever zone is asked about: days since 1970-01-01, first and last included. */
  readonly days: readonly (readonly [number, number])[];
  readonly yearly?: readonly Yearly[];
  /** Timed events: milliseconds since the epoch, end excluded. */
  readonly spans?: readonly (readonly [number, number])[];
  /** Timed events without a zone: wall-clock minutes since 1970-01-01T00:00 local, end excluded. */
  readonly wall?: readonly (readonly [number, number])[];
  /** Up to when recurring events were expanded, milliseconds since the epoch; absent: no end. */
  readonly expandedUntil?: number;
}

/** Windows by name; where there are several, one must hold. */
export type Schedule = Window | readonly Window[];

export interface Window {
  /** Bit 0 is Monday … bit 6 Sunday. */
  readonly days: number;
  /** Minutes of the day `[first, end)`; an end above 1440 runs into the next day. */
  readonly hours: readonly (readonly [number, number])[];
  /** Calendars of which one must hold. */
  readonly on?: readonly string[];
  /** Calendars of which none may hold. */
  readonly except?: readonly string[];
}

/** What holds for a whole domain. */
export interface Policy {
  readonly domain: string;
  /** Grows by one with every change. */
  readonly version: number;
  /** IANA zone. */
  readonly timezone: string;
  /** ISO 3166 code. */
  readonly country?: string;
  readonly ringSeconds: number;
  readonly maxDiversions: number;
  /** E.164: shown to carriers for users who have no number of their own. */
  readonly mainNumber?: string;
  readonly plan?: DialPlan;
  /** Emergency numbers as dialled, beside 112 and 911, which always are. */
  readonly emergency: readonly string[];
  readonly allow: readonly TargetPattern[];
  readonly deny: readonly TargetPattern[];
  /** E.164 prefixes (with `+`) of premium-rate numbers that `allow` could otherwise reach. */
  readonly premium: readonly string[];
  /**
   * The E.164 numbers, without `+`, that a target may be: those of the metadata in the countries
   * that `allow` could reach. Absent in a policy that was compiled before there was any.
   */
  readonly numbers?: DigitTable;
  readonly groups: Readonly<Record<string, readonly CallerTest[]>>;
  readonly calendars: Readonly<Record<string, Calendar>>;
  readonly schedules: Readonly<Record<string, Schedule>>;
  /** Switches by name; absent: there are none. */
  readonly switches?: Readonly<Record<string, Switch>>;
  /** Rules by the name under which subscribers use them. */
  readonly templates?: Readonly<Record<string, readonly Rule[]>>;
  readonly first: readonly Rule[];
  readonly finally: readonly Rule[];
  readonly features?: Features;
}

/** A switch of the domain: its codes, and who may set it by them beside the help desk. */
export interface Switch {
  readonly on?: string;
  readonly off?: string;
  /** Keys of subscribers. */
  readonly by?: readonly string[];
}

/** The state of a domain's switches: the names of those that are on. */
export interface Switches {
  readonly on: readonly string[];
}

/** Feature codes, e.g. `always-on: *72`, and where a caller hears that one was accepted. */
export interface Features {
  /** Each followed by a number or by nothing. */
  readonly codes: Readonly<Partial<Record<FeatureCode, string>>>;
  /** Whether the codes of 3GPP TS 22.030 are understood too. */
  readonly mmi?: true;
  /** A `sip:` URI to redirect to after a code was accepted; absent: reject with a Warning text. */
  readonly announcement?: string;
}
export type FeatureCode =
  | 'always-on'
  | 'always-off'
  | 'busy-on'
  | 'busy-off'
  | 'no-answer-on'
  | 'no-answer-off'
  | 'unreachable-on'
  | 'unreachable-off'
  | 'dnd-on'
  | 'dnd-off';

/** Do not disturb. */
export interface DoNotDisturb {
  /** Milliseconds since the epoch, excluded; absent: until it is switched off. */
  readonly until?: number;
}

/** What one subscriber may have at most, so that a call reads little: aliases, and rules as JSON. */
export const MOST_ALIASES = 40;
export const MOST_RULES_BYTES = 32 * 1024;

/** A served user, whole, as it stands under each of their names. */
export interface Subscriber {
  /** The canonical name: the key of their AOR. */
  readonly user: string;
  /** The user part as the document spells it, where that is not `user`. */
  readonly spelled?: string;
  /** The other keys, E.164 where they are numbers. */
  readonly aliases: readonly string[];
  /** The policy version that these rules refer to. */
  readonly needs: number;
  readonly version: number;
  readonly timezone?: string;
  readonly privacy?: 'full';
  /** Set from the phone or for it, and on; stands before `rules`. */
  readonly phone: readonly Rule[];
  /** Absent: off. */
  readonly dnd?: DoNotDisturb;
  readonly rules: readonly Rule[];
  /** The template whose rules stand after these. */
  readonly use?: string;
}

/** An SBC or edge proxy that asks. */
export interface Peer {
  readonly name: string;
  /** Lower case; the first is its default. */
  readonly domains: readonly string[];
  /** Its own addresses, which stand for the default domain. */
  readonly hosts: readonly string[];
  /** Source addresses (or CIDR blocks) whose callers are always external. */
  readonly trunks: readonly string[];
  /** Whether its P-Asserted-Identity is believed. */
  readonly trustIdentity: boolean;
  /** Those of `trunks` from where an emergency centre calls back (RFC 7090); absent: none. */
  readonly psapCallbacks?: readonly string[];
  /** Addresses whose Diversion and History-Info are believed, `false`: none; absent: all. */
  readonly trustDiversion?: false | readonly string[];
  /** How a hidden diverting user goes out: anonymous, or (inside a trust domain) by name and marked. */
  readonly hidden?: 'marked';
  /** Whose calls it is to divert itself, because a 302 would end them; absent: nobody's. */
  readonly follow?: Followed;
  /**
   * Who is shown to E.164 targets on calls that it diverts itself: the diverting user's number, by
   * P-Asserted-Identity or in From too; absent: the caller.
   */
  readonly callerId?: 'diverting' | 'diverting-from';
  /** How it signs diversions of calls that came signed (RFC 8946); absent: not. */
  readonly stir?: {
    /** Where the certificate is. */
    readonly x5u: string;
    /** Name of the private key. */
    readonly key: string;
  };
  /** Its dial plan; absent: the domain's. */
  readonly plan?: DialPlan;
  readonly headers: 'both' | 'diversion' | 'history-info' | 'none';
  readonly divertedAs: 'dialled' | 'aor' | 'number';
  readonly loopToken: boolean;
  /** Whether its keys may ask `/v1/explain`. */
  readonly explain: boolean;
  /** drachtio: the `route` that stands for continue. */
  readonly defaultRoute?: string;
}

/** Callers whose side does not follow a 302. */
export interface Followed {
  /** Those from its trunks. */
  readonly trunks?: true;
  /** Lower case: `ws`, `tls` … */
  readonly transports?: readonly string[];
  /** Lower case: what their User-Agent holds. */
  readonly userAgents?: readonly string[];
}

/** The key by which calls are found in the log. */
export interface SearchKey {
  /** 256 bits, base64. */
  readonly secret: string;
}

/** A key of the loop token: an id of one byte and 32 bytes as base64. */
export interface TokenKey {
  readonly id: number;
  readonly secret: string;
}
export interface TokenKeys {
  readonly current: TokenKey;
  readonly previous?: TokenKey;
}
