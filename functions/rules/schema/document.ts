import { type FeatureCode, MOST_ALIASES, TRIGGERS } from '../../decide/model.ts';
import { meantCalendarDay, YEARLY_PATTERN } from '../calendars/yearly.ts';
import { NANP_CODES } from '../feature-codes.ts';
import { MEANT_TRIGGERS, meantDays, meantHours } from '../source/suggestions.ts';
import {
  choice,
  either,
  exactly,
  flag,
  type Infer,
  integer,
  list,
  named,
  number,
  object,
  oneOrMany,
  record,
  text,
} from './schema.ts';

/**
 * The rules document as people write it: the one definition from which its TypeScript types, its
 * validation and the published JSON Schema come. What the schema cannot say (names that must
 * exist, numbers that must be reachable) is judged where it is compiled.
 */

/** Words that `callers` and `schedule` give a meaning to, so that nothing may be called so. */
const KEYWORDS = 'not|internal|external|anonymous';

const NAME = {
  pattern: new RegExp(
    `^(?!(?:${KEYWORDS})$)(?=.*\\p{L})[\\p{L}\\p{N}][\\p{L}\\p{N}_.\\-]{0,63}$`,
    'u',
  ),
  what: `a name: letters, digits, '_', '.' and '-', at least one letter, at most 64 characters, and none of ${KEYWORDS.replaceAll('|', ', ')}`,
};

/** What a user may be called. */
export const USER = {
  pattern: /^[^\p{Cc}\p{Z}@:;<>"\\,]{1,64}$/u,
  what: 'the user part of a SIP address: no spaces and none of @ : ; < > " \\ ,',
};

/** A host name or IPv4 address. */
export const HOST =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/u;

const zone = text({
  pattern: /^[A-Za-z][A-Za-z0-9_+/-]*$/u,
  what: 'a time zone of the IANA database like Europe/Berlin',
  description: 'Time zone of the IANA database, e.g. Europe/Berlin.',
  examples: ['Europe/Berlin', 'America/New_York', 'UTC'],
});

const instant = (description: string) =>
  text({
    pattern: /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?$/u,
    what: 'a date and time like 2027-01-06T08:00',
    description,
    examples: ['2027-01-06T08:00', '2027-01-06'],
  });

const place =
  "A subscriber of the domain, a number (+49301234567), a SIP address (sip:mum@example.net, or sip:{user}@dr.example with the called user's name), or, in rules with always alone, self: the called user's own phones beside other targets.";

const target = named(
  'target',
  either(
    text({ max: 256, description: place }),
    object(
      {
        to: text({ max: 256, description: place }),
        q: number(0, 1, {
          description:
            'Preference from 0 to 1 with at most three decimals; the highest goes first, equal ones at once where the edge calls them itself. Default: falls by position.',
        }),
        mailbox: flag({
          description:
            'Tell the target (a voicemail server) whose mailbox is meant: adds the called user as the target parameter of RFC 4458.',
        }),
        ring: integer(5, 180, {
          description:
            'For how many seconds it rings, where the edge calls it itself, before the next target is called.',
        }),
      },
      { required: ['to'] },
    ),
    { description: 'Where the call goes.' },
  ),
);

const trigger = choice([...TRIGGERS, 'any'], { noun: 'trigger', meant: MEANT_TRIGGERS });

const rule = named(
  'rule',
  object(
    {
      name: text({
        pattern:
          /^[\p{L}\p{N}\p{P}\p{S}](?:[\p{L}\p{M}\p{N}\p{P}\p{S} ]{0,62}[\p{L}\p{M}\p{N}\p{P}\p{S}])?$/u,
        what: 'a name of at most 64 characters on one line',
        description: 'Shown in answers, logs and explain. Default: rule-1, rule-2, …',
      }),
      when: oneOrMany(trigger, {
        description:
          "always: at once, before the phone rings. busy, no-answer, unreachable, declined: how the phone's leg ended. deflected: the phone itself sent the call elsewhere. any: all of these. One, or a list.",
      }),
      enabled: flag({ description: 'false: the rule never holds. Default: true.' }),
      after: integer(5, 180, {
        description:
          "For no-answer: seconds of ringing before the call is diverted. Default: the domain's ringSeconds.",
      }),
      callers: oneOrMany(text({ max: 256 }), {
        description:
          "Who calls: a group, subscriber, number (+4930123), pattern (+49*, +43[1-3]*, ext:1xxx), SIP address, '@domain', internal, external, anonymous, verified or unverified (the network's word on a signed number). One of these must match, and none that is written with 'not ' before it.",
        examples: [['family'], ['+49*', 'not internal']],
      }),
      called: oneOrMany(text({ max: 256 }), {
        description:
          "What the caller dialled: one of the called user's names or numbers, or a pattern (+4930123456*, +43[1-3]*, ext:1xxx). In first and finally also unassigned: what no subscriber has.",
        examples: ['+49301234567', ['+4930123456*', 'ext:1xxx'], 'unassigned'],
      }),
      schedule: oneOrMany(text({ max: 70 }), {
        description: "The name of a schedule, or 'not ' and its name. Of a list, all must hold.",
        examples: ['office', 'not office', ['office', 'not lunch']],
      }),
      switch: oneOrMany(text({ max: 70 }), {
        description:
          "The name of a switch that must be on, or 'not ' and its name. Of a list, all.",
        examples: ['night', 'not night'],
      }),
      diverted: flag({
        description:
          'true: only calls that were diverted before they came here. false: only those that were not.',
      }),
      via: oneOrMany(text({ max: 64 }), {
        description:
          'The name of the peer (the SBC or edge) that the call comes by; one of a list.',
        examples: ['edge', ['trunk-1', 'trunk-2']],
      }),
      from: instant("From when on the rule holds, in the subscriber's time zone."),
      until: instant(
        "Until when the rule holds, that instant excluded, in the subscriber's time zone.",
      ),
      forward: oneOrMany(target, {
        max: 10,
        description: 'Divert the call: one target, or a list of at most 10, best first.',
      }),
      reject: integer(400, 699, {
        description:
          'End the call with this SIP status, e.g. 486 (busy), 480 (unavailable), 603 (declined).',
      }),
      continue: exactly(true, {
        description: 'Let the call go on as if there were no rules: an exception to those below.',
      }),
    },
    {
      required: ['when'],
      oneOf: ['forward', 'reject', 'continue'],
      description: 'The first rule whose trigger and conditions hold decides.',
    },
  ),
);

const rules = (description: string) => list(rule, { description });

export const subscriberShape = named(
  'subscriber',
  object(
    {
      aliases: list(text({ max: 64 }), {
        max: MOST_ALIASES,
        description: "Their other names and numbers in this domain, e.g. '+49301234567', '1002'.",
      }),
      timezone: zone,
      privacy: choice(['off', 'full'], {
        noun: 'privacy',
        description: 'full: they are not named in Diversion and History-Info. Default: off.',
      }),
      managedBy: choice(['code', 'subscriber'], {
        noun: 'manager',
        description:
          'subscriber: their rules are changed through the API, and applying a document leaves them alone. Default: code.',
      }),
      rules: rules('Their rules, tried from top to bottom.'),
      use: text({
        max: 64,
        description: 'The name of a template, whose rules are tried after their own.',
        examples: ['std'],
      }),
    },
    { description: 'A user of the domain. {} for one without rules.' },
  ),
);

const day = 'mon|tue|wed|thu|fri|sat|sun';

const window = object(
  {
    days: oneOrMany(
      text({
        pattern: new RegExp(`^(?:${day})(?:-(?:${day}))?$`, 'u'),
        what: 'days like mon or mon-fri',
        meant: meantDays,
      }),
      {
        description: 'Days of the week: mon, mon-fri, or a list. Default: all.',
        examples: ['mon-fri', ['mon', 'wed']],
      },
    ),
    hours: oneOrMany(
      text({
        pattern: /^(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u,
        what: "a text of hours like '08:00-18:00'",
        meant: meantHours,
      }),
      {
        description:
          "Hours, the first included, the second excluded; a window over midnight ('22:00-06:00') belongs to the day it starts on. Default: the whole day.",
        examples: ['08:00-18:00', ['08:00-12:00', '13:00-17:00']],
      },
    ),
    on: oneOrMany(text({ max: 64 }), { description: 'Only on the days of these calendars.' }),
    except: oneOrMany(text({ max: 64 }), { description: 'Never on the days of these calendars.' }),
  },
  { description: 'When something holds. All that is given must hold.' },
);

const schedule = oneOrMany(window, {
  description: 'When something holds; of a list, one entry must hold.',
  examples: [
    { days: 'mon-fri', hours: '08:00-18:00', except: 'holidays' },
    [
      { days: 'mon-thu', hours: '08:00-18:00' },
      { days: 'fri', hours: '08:00-14:00' },
    ],
  ],
});

/** A key of DynamoDB, which an address is part of, takes 1024 bytes. */
const LONGEST_ADDRESS = 1000;

const fetchedCalendar = object(
  {
    url: text({
      pattern: /^https:\/\/[\x21-\x7E]+$/u,
      what: 'an address that begins with https://',
      max: LONGEST_ADDRESS,
      description:
        'Where the calendar is got: an iCalendar file (.ics), by HTTPS on its own port, of at most 2 MB. It is fetched when this document is applied and every day from then on.',
      examples: ['https://calendars.example.net/holidays.ics'],
    }),
  },
  {
    required: ['url'],
    description: 'A calendar that others keep, by its address.',
    examples: [{ url: 'https://calendars.example.net/holidays.ics' }],
  },
);

const writtenCalendar = oneOrMany(
  text({
    pattern: new RegExp(
      `^(?:\\d{4}-\\d{2}-\\d{2}(?:\\.\\.\\d{4}-\\d{2}-\\d{2})?|${YEARLY_PATTERN}|[^/\\\\:\\p{Cc}][^\\\\:\\p{Cc}]*\\.ics)$`,
      'u',
    ),
    what: "a text: a date (2026-12-25), a range (2026-12-31..2027-01-02), a day of every year ('12-25', 'last mon may', 'easter+1') or the name of an .ics file",
    meant: meantCalendarDay,
  }),
  {
    description:
      "Dates (2026-12-25), ranges with both ends included (2026-12-31..2027-01-02), days that come back every year ('12-25', '12-24..01-01', 'last mon may', '4th thu nov', 'easter', 'easter+1', 'easter-47'), or an .ics file beside this document.",
    examples: [['2026-12-25', '2026-12-31..2027-01-02'], ['12-25', 'easter+1'], 'holidays.ics'],
  },
);

const calendar = either(writtenCalendar, fetchedCalendar);

const pattern = (description: string) =>
  list(text({ max: 256 }), {
    description,
    examples: [['@example.com', '+49', 'ext:1xxx', 'sip:mum@example.net']],
  });

const code = (description: string, name: FeatureCode) => {
  const usual = NANP_CODES[name];
  return text({
    pattern: /^[*#][0-9*#]{1,9}$/u,
    what: `a feature code in quotes, like "${usual ?? '*92'}"`,
    description,
    ...(usual !== undefined && { default: usual }),
  });
};

const switchCode = (description: string, example: string) =>
  text({
    pattern: /^[*#][0-9*#]{1,9}$/u,
    what: `a code in quotes, like "${example}"`,
    description,
    examples: [example],
  });

export const documentShape = object(
  {
    domain: text({
      pattern: HOST,
      what: 'the name of a SIP domain like example.com',
      description: 'The SIP domain that these rules are for.',
      examples: ['example.com'],
    }),
    timezone: { ...zone, json: { ...zone.json, default: 'UTC' } },
    country: text({
      pattern: /^[A-Z]{2}$/u,
      what: 'two capital letters of ISO 3166 like DE',
      description:
        'ISO 3166 code of the country: how numbers are dialled, and which are emergency and premium numbers. 112 and 911 are always emergency numbers.',
      examples: ['DE', 'US'],
    }),
    ringSeconds: integer(5, 180, {
      default: 20,
      description: 'Seconds of ringing for no-answer rules without after.',
    }),
    mainNumber: text({
      max: 64,
      description:
        'The number that carriers see of users who have none of their own, where a peer shows the diverting user (callerId).',
      examples: ['+49301234560'],
    }),
    maxDiversions: integer(1, 20, {
      default: 5,
      description:
        'How many times a call may have been diverted before it is not diverted any more.',
    }),
    targets: object(
      {
        allow: pattern(
          "'@example.com' (users of a host), '+49' (numbers that begin so), 'ext:1xxx' (short numbers, x is any digit), or a SIP address. Premium-rate numbers need an entry inside their range. Default: the domain itself.",
        ),
        deny: pattern('The same, and beats allow.'),
      },
      { description: 'Where calls may be sent. Default: to the domain itself only.' },
    ),
    groups: record(list(text({ max: 256 })), NAME, {
      description:
        'Callers by name: numbers, prefixes (+49*), SIP addresses, @domains, subscribers.',
    }),
    calendars: record(calendar, NAME, {
      description:
        'Days by name, e.g. holidays: dates, ranges, days of every year, the names of .ics files beside this document, or a calendar that others keep, by its address.',
    }),
    schedules: record(schedule, NAME, { description: 'Days and hours by name, e.g. office.' }),
    templates: record(
      object({ rules: rules('Tried from top to bottom.') }, { required: ['rules'] }),
      NAME,
      { description: "Rules by name that subscribers take over with 'use'." },
    ),
    switches: record(
      object({
        on: switchCode('Dialled to turn it on.', '*28'),
        off: switchCode('Dialled to turn it off.', '*29'),
        by: list(text({ max: 64 }), {
          description: 'Subscribers who may dial these codes. Default: nobody.',
          examples: [['alice', 'bob']],
        }),
      }),
      NAME,
      {
        description:
          'Switches of the domain by name, off at first, for the condition switch. Operators and help desks may always turn them.',
      },
    ),
    first: rules("The operator's rules, tried before any subscriber's."),
    finally: rules("The operator's rules, tried after all of the subscriber's."),
    features: object(
      {
        codes: either(
          choice(['nanp', '3gpp', 'both'], { noun: 'set of codes' }),
          object({
            'always-on': code('Followed by a number: forward always.', 'always-on'),
            'always-off': code('Forward always no more.', 'always-off'),
            'busy-on': code('Followed by a number: forward when busy.', 'busy-on'),
            'busy-off': code('Forward when busy no more.', 'busy-off'),
            'no-answer-on': code('Followed by a number: forward on no answer.', 'no-answer-on'),
            'no-answer-off': code('Forward on no answer no more.', 'no-answer-off'),
            'unreachable-on': code(
              'Followed by a number: forward when the phone is unreachable.',
              'unreachable-on',
            ),
            'unreachable-off': code('Forward when unreachable no more.', 'unreachable-off'),
            'dnd-on': code('Do not disturb.', 'dnd-on'),
            'dnd-off': code('Do not disturb no more.', 'dnd-off'),
          }),
          {
            description:
              'What subscribers dial to change their own forwarding: nanp (*72, *73, …), 3gpp (*21*NUMBER#, #21#, *#21#, …) or both, the default; or codes of your own, beside those of nanp.',
          },
        ),
        announcement: text({
          max: 256,
          description:
            'SIP address that confirms an accepted code. Default: the call is rejected with a Warning text that phones display.',
          examples: ['sip:saved@example.com'],
        }),
      },
      { description: 'Feature codes.' },
    ),
    subscribers: record(subscriberShape, USER, {
      description: "The domain's users by name: bob is sip:bob@example.com.",
    }),
  },
  { required: ['domain'] },
);

/** A domain's rules as written. */
export type RulesDocument = Infer<typeof documentShape>;
/** One of its subscribers as written. */
export type SubscriberSource = Infer<typeof subscriberShape>;
/** One rule as written. */
export type RuleSource = Infer<typeof rule>;
/** One target as written. */
export type TargetSource = Infer<typeof target>;
/** One calendar as written. */
export type CalendarSource = Infer<typeof calendar>;
/** One that is fetched. */
export type FetchedCalendarSource = Infer<typeof fetchedCalendar>;
/** One entry of a schedule as written. */
export type WindowSource = Infer<typeof window>;
/** One schedule as written. */
export type ScheduleSource = Infer<typeof schedule>;

/** What `$ref`s of these shapes point to. */
export const definitions = {
  ...target.definition,
  ...rule.definition,
  ...subscriberShape.definition,
};
