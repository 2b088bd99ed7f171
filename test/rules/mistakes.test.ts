import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { load, loadSound, problemsOf } from './load.ts';

/** A document in which bob has one rule with these lines. */
const rule = (...lines: string[]): string =>
  `domain: example.com
targets: { allow: ["@example.com", "+49"] }
country: DE
schedules: { office: { days: mon-fri } }
groups: { family: ["+4915112345678"] }
subscribers:
  carol: {}
  bob:
    aliases: ["+49301234567", "1002"]
    rules:
      - ${lines.join('\n        ')}
`;

const RULES = 'rules.yaml:11';
const SPACED = 'which only a number like "+49 30 765432" may have:';

describe('a mistake in a rule is told with its place and the nearest right word', () => {
  const mistakes: [lines: string[], problems: string[]][] = [
    [
      ['when: busy', 'schedule: ofice', 'reject: 486'],
      ["rules.yaml:12:19: unknown schedule 'ofice', did you mean 'office'?"],
    ],
    [
      ['when: busy', 'schedule: not ofice', 'reject: 486'],
      ["rules.yaml:12:19: unknown schedule 'ofice', did you mean 'office'?"],
    ],
    [['when: busi', 'reject: 486'], [`${RULES}:15: unknown trigger 'busi', did you mean 'busy'?`]],
    [
      ['when: [busy, lunch]', 'reject: 486'],
      [
        `${RULES}:22: unknown trigger 'lunch'; known: always, busy, no-answer, unreachable, deflected, declined, any`,
      ],
    ],
    [['reject: 486'], [`${RULES}:9: 'when' is missing`]],
    [
      ['when: busy', 'schedule: [office, not offce]', 'reject: 486'],
      ["rules.yaml:12:28: unknown schedule 'offce', did you mean 'office'?"],
    ],
    [['when: busy', 'switch: night', 'reject: 486'], ["rules.yaml:12:17: unknown switch 'night'"]],
    [
      ['when: busy', 'called: unassigned', 'reject: 486'],
      [
        "rules.yaml:12:17: 'unassigned' is for first and finally: here the called user is a subscriber",
      ],
    ],
    [
      ['when: busy', 'called: "+4989*"', 'reject: 486'],
      ["rules.yaml:12:17: '+4989*' is of none of the subscriber's numbers"],
    ],
    [
      ['when: busy', 'callers: "ext:1-3"', 'reject: 486'],
      [
        "rules.yaml:12:18: 'ext:1-3' must be ext: and a short number, x for any digit, like ext:1xxx",
      ],
    ],
    [
      ['when: busy', 'forward: "sip:{user}@dr.example"'],
      [
        'rules.yaml:12:18: \'sip:{user}@dr.example\' is not in targets.allow: add "@dr.example" there if calls may go to it',
      ],
    ],
    [
      ['when: busy', 'forward: "sip:x{user}@example.com"'],
      [
        "rules.yaml:12:18: 'sip:x{user}@example.com': write it as the whole user part, like sip:{user}@dr.example",
      ],
    ],
    [
      ['when: busy', 'foward: carol'],
      [
        `${RULES}:9: must have exactly one of 'forward', 'reject', 'continue'; it has none`,
        "rules.yaml:12:9: unknown key 'foward', did you mean 'forward'?",
      ],
    ],
    [
      ['when: busy', 'forward: carol', 'reject: 486'],
      [
        `${RULES}:9: must have exactly one of 'forward', 'reject', 'continue'; it has 'forward' and 'reject'`,
      ],
    ],
    [
      ['when: busy', 'forward: carl'],
      ["rules.yaml:12:18: unknown subscriber 'carl', did you mean 'carol'?"],
    ],
    [
      ['when: busy', 'forward: { to: carl }'],
      ["rules.yaml:12:24: unknown subscriber 'carl', did you mean 'carol'?"],
    ],
    [
      ['when: busy', 'forward: [carol, { to: carol }]'],
      ['rules.yaml:12:26: this target stands here twice'],
    ],
    [
      ['when: busy', 'forward: { to: carol, q: 1.5 }'],
      ['rules.yaml:12:34: must be a number from 0 to 1, not 1.5'],
    ],
    [
      ['when: busy', 'forward: { to: carol, q: 0.1234 }'],
      ['rules.yaml:12:34: must have at most three decimals (RFC 3261 §20.10)'],
    ],
    [
      ['when: [always, busy]', 'forward: [self, carol]'],
      [
        "rules.yaml:12:19: 'self' is for rules with always alone: the phones' own leg has ended else",
      ],
    ],
    [
      ['when: always', 'forward: [self, { to: self, ring: 4, mailbox: true }]'],
      [
        'rules.yaml:12:25: this target stands here twice',
        'rules.yaml:12:43: must be a whole number from 5 to 180, not 4',
        "rules.yaml:12:46: 'self' is no mailbox",
      ],
    ],
    [['when: busy', 'forward: []'], ['rules.yaml:12:18: must have at least 1 entry']],
    [
      ['when: busy', 'forward: "+15551234567"'],
      [
        'rules.yaml:12:18: \'+15551234567\' is not in targets.allow: add "+15551234567" there if calls may go to it',
      ],
    ],
    [
      ['when: busy', 'forward: sip:x@example.org'],
      [
        'rules.yaml:12:18: \'sip:x@example.org\' is not in targets.allow: add "@example.org" there if calls may go to it',
      ],
    ],
    [
      ['when: busy', 'forward: "0900 123456"'],
      [
        "rules.yaml:12:18: '0900 123456' may not be forwarded to: premium-rate number without an allow entry inside its range",
      ],
    ],
    [
      ['when: busy', 'forward: "1 1 2"'],
      [`rules.yaml:12:18: '1 1 2' has spaces, ${SPACED} write "112", or each number by itself`],
    ],
    [
      ['when: busy', 'forward: "1002 1003"'],
      [
        `rules.yaml:12:18: '1002 1003' has spaces, ${SPACED} write "10021003", or each number by itself`,
      ],
    ],
    [
      ['when: busy', 'callers: "+4930765432 +4930765433"', 'reject: 480'],
      [
        `rules.yaml:12:18: '+4930765432 +4930765433' has spaces, ${SPACED} write each number by itself`,
      ],
    ],
    [
      ['when: busy', 'called: "10 02"', 'reject: 480'],
      [`rules.yaml:12:17: '10 02' has spaces, ${SPACED} write "1002", or each number by itself`],
    ],
    [
      ['when: busy', 'forward: "+49 (0)30 765432"'],
      [
        'rules.yaml:12:18: \'+49 (0)30 765432\' has "(0)", which is not dialled with a country code: write "+4930765432"',
      ],
    ],
    [
      ['when: busy', 'forward: "0049(0)30-765432"'],
      [
        `rules.yaml:12:18: '0049(0)30-765432' has "(0)", which is not dialled with a country code: write "004930765432"`,
      ],
    ],
    [
      ['when: busy', 'callers: "+49(0)30*"', 'reject: 480'],
      [
        'rules.yaml:12:18: \'+49(0)30\' has "(0)", which is not dialled with a country code: write "+4930"',
      ],
    ],
    [
      ['when: busy', 'forward: "0900-1234567"'],
      [
        "rules.yaml:12:18: '0900-1234567' may not be forwarded to: premium-rate number without an allow entry inside its range",
      ],
    ],
    [
      ['when: busy', 'forward: "110"'],
      ["rules.yaml:12:18: '110' may not be forwarded to: emergency number"],
    ],
    [
      ['when: busy', 'forward: sip:911@example.org'],
      ["rules.yaml:12:18: 'sip:911@example.org' may not be forwarded to: emergency number"],
    ],
    [
      ['when: busy', 'forward: "4711"'],
      ["rules.yaml:12:18: '4711' is no subscriber, no alias and no number of targets.allow"],
    ],
    [
      ['when: busy', 'forward: 4711'],
      ['rules.yaml:12:18: must be a text or a mapping or a list: put it in quotes, "4711"'],
    ],
    [
      ['when: busy', 'forward: sip:carol@example.com;transport=tcp'],
      [
        "rules.yaml:12:18: 'sip:carol@example.com;transport=tcp' may not have the parameter 'transport'",
      ],
    ],
    [
      ['when: busy', 'forward: sip:carol@example.com;us%65r=dialstring'],
      [
        "rules.yaml:12:18: 'sip:carol@example.com;us%65r=dialstring' may not have the parameter 'user=dialstring'",
      ],
    ],
    [
      ['when: busy', 'forward: sip:carol@example.com?Replaces=1'],
      ["rules.yaml:12:18: 'sip:carol@example.com?Replaces=1' may have no headers after '?'"],
    ],
    [
      ['when: busy', 'forward: sip:example.com'],
      ["rules.yaml:12:18: 'sip:example.com' names nobody: a user part is missing"],
    ],
    [
      ['when: busy', 'forward: urn:service:sos'],
      ["rules.yaml:12:18: 'urn:service:sos' is no place to forward to"],
    ],
    [
      ['when: busy', 'forward: carol@example.com'],
      ["rules.yaml:12:18: 'carol@example.com' must begin with sip: to be a SIP address"],
    ],
    [
      ['when: busy', 'reject: 302'],
      ['rules.yaml:12:17: must be a whole number from 400 to 699, not 302'],
    ],
    [['when: busy', 'continue: false'], ["rules.yaml:12:19: must be true, not 'false'"]],
    [
      ['when: no-answer', 'after: 4', 'reject: 480'],
      ['rules.yaml:12:16: must be a whole number from 5 to 180, not 4'],
    ],
    [
      ['when: no-answer', 'after: 5.5', 'reject: 480'],
      ['rules.yaml:12:16: must be a whole number from 5 to 180, not 5.5'],
    ],
    [
      ['when: busy', 'after: 15', 'reject: 480'],
      ["rules.yaml:12:9: 'after' is for rules with no-answer in 'when'"],
    ],
    [
      ['when: busy', 'callers: [famly]', 'reject: 480'],
      ["rules.yaml:12:19: unknown group or subscriber 'famly', did you mean 'family'?"],
    ],
    [
      ['when: busy', 'callers: not extrenal', 'reject: 480'],
      ["rules.yaml:12:18: unknown group or subscriber 'extrenal', did you mean 'external'?"],
    ],
    [
      ['when: busy', 'callers: ["0049*"]', 'reject: 480'],
      [
        "rules.yaml:12:19: '0049*' must be a pattern in E.164 form like +49*, +43[1-3]* or +4930123xx",
      ],
    ],
    [
      ['when: busy', 'callers: ["@exa mple"]', 'reject: 480'],
      ["rules.yaml:12:19: 'exa mple' is no host name"],
    ],
    [
      ['when: busy', 'called: "1003"', 'reject: 480'],
      ["rules.yaml:12:17: '1003' is none of the subscriber's names, did you mean '1002'?"],
    ],
    [
      ['when: busy', 'from: 2027-02-29', 'reject: 480'],
      ["rules.yaml:12:15: there is no time '2027-02-29'"],
    ],
    [
      ['when: busy', 'until: 2027-02-28T24:00', 'reject: 480'],
      ["rules.yaml:12:16: there is no time '2027-02-28T24:00'"],
    ],
    [
      ['when: busy', 'until: tomorrow', 'reject: 480'],
      ["rules.yaml:12:16: must be a date and time like 2027-01-06T08:00, not 'tomorrow'"],
    ],
    [
      ['when: busy', 'from: 2027-01-02', 'until: 2027-01-02', 'reject: 480'],
      ["rules.yaml:13:16: 'until' must be later than 'from'"],
    ],
    [
      ['when: busy', 'enabled: yes', 'reject: 480'],
      ["rules.yaml:12:18: must be true or false, not 'yes'"],
    ],
  ];
  test.each(mistakes)('%j', (lines, problems) => {
    expect(problemsOf(rule(...lines))).toEqual(problems);
  });

  test('and a misspelt key hides none of the others', () => {
    expect(
      problemsOf(rule('whn: busy', 'callers: [bop]', 'forward: [carl, bob]', 'schedule: offce')),
    ).toEqual([
      "rules.yaml:11:9: unknown key 'whn', did you mean 'when'?",
      "rules.yaml:11:9: 'when' is missing",
      "rules.yaml:12:19: unknown group or subscriber 'bop', did you mean 'bob'?",
      "rules.yaml:13:19: unknown subscriber 'carl', did you mean 'carol'?",
      "rules.yaml:14:19: unknown schedule 'offce', did you mean 'office'?",
    ]);
  });
});

describe('a mistake in a document', () => {
  const mistakes: [text: string, problems: string[]][] = [
    ['', ["rules.yaml:1:1: 'domain' is missing"]],
    ['- a', ['rules.yaml:1:1: must be a mapping with a domain']],
    [
      'domain: exa mple',
      ["rules.yaml:1:9: must be the name of a SIP domain like example.com, not 'exa mple'"],
    ],
    ['domain: a.de\ndomian: b', ["rules.yaml:2:1: unknown key 'domian', did you mean 'domain'?"]],
    ['domain: a.de\ndomain: b.de', ['rules.yaml:2:1: this key stands here twice']],
    [
      'domain: a.de\ntimezone: Europe/Berlim',
      ["rules.yaml:2:11: unknown time zone 'Europe/Berlim', did you mean 'Europe/Berlin'?"],
    ],
    [
      'domain: a.de\ntimezone: "+01:00"',
      [
        "rules.yaml:2:11: must be a time zone of the IANA database like Europe/Berlin, not '+01:00'",
      ],
    ],
    ['domain: a.de\ncountry: UK', ["rules.yaml:2:10: unknown country 'UK', did you mean 'GB'?"]],
    [
      'domain: a.de\nringSeconds: 181',
      ['rules.yaml:2:14: must be a whole number from 5 to 180, not 181'],
    ],
    [
      'domain: a.de\nmaxDiversions: 0',
      ['rules.yaml:2:16: must be a whole number from 1 to 20, not 0'],
    ],
    [
      'domain: a.de\ntargets: { allow: ["+49*", "ext:1-", "0049", bob, "@a_b!"] }',
      [
        "rules.yaml:2:20: '+49*' must be the digits that numbers begin with, like +49",
        "rules.yaml:2:28: 'ext:1-' must be ext: and a short number, x for any digit, like ext:1xxx",
        "rules.yaml:2:38: '0049' must be '@' and a host, '+' and digits, 'ext:' and a short number, or a SIP address",
        "rules.yaml:2:46: 'bob' must be '@' and a host, '+' and digits, 'ext:' and a short number, or a SIP address",
        "rules.yaml:2:51: 'a_b!' is no host name",
      ],
    ],
    [
      'domain: a.de\ngroups: { not: [], anonymous: [], a b: [], "1": [] }',
      ['2:11', '2:20', '2:35', '2:44'].map(
        (at, i) =>
          `rules.yaml:${at}: '${['not', 'anonymous', 'a b', '1'][i]}' must be a name: letters, digits, '_', '.' and '-', at least one letter, at most 64 characters, and none of not, internal, external, anonymous`,
      ),
    ],
    [
      'domain: a.de\ngroups: { all: [us, "not +49*", internal, nobody], us: ["+1*"] }',
      [
        "rules.yaml:2:17: 'us' is a group, and groups hold no groups",
        "rules.yaml:2:21: a group has no 'not': write it where the group is used",
        "rules.yaml:2:33: 'internal' can't be in a group: write it beside the group in callers",
        "rules.yaml:2:43: unknown group or subscriber 'nobody'",
      ],
    ],
    [
      'domain: a.de\ncalendars: { a: [2026-02-30, 2026-02-02..2026-02-01, 25.12.], b: no.ics, c: ../x.ics }',
      [
        "rules.yaml:2:18: there is no day '2026-02-30'",
        "rules.yaml:2:30: '2026-02-02..2026-02-01' ends before it begins",
        "rules.yaml:2:54: must be a text: a date (2026-12-25), a range (2026-12-31..2027-01-02), a day of every year ('12-25', 'last mon may', 'easter+1') or the name of an .ics file, not '25.12.', did you mean '12-25'?",
        "rules.yaml:2:66: cannot read 'no.ics' beside this document: no such file",
        "rules.yaml:2:77: '../x.ics' must lie beside this document",
      ],
    ],
    [
      'domain: a.de\nschedules:\n  a: { days: mon-fry, hours: "8-18" }\n  b: { hours: ["12:00-12:00"] }\n  c: { on: holidays, hour: 3 }',
      [
        "rules.yaml:3:14: must be days like mon or mon-fri, not 'mon-fry', did you mean 'mon-fri'?",
        "rules.yaml:3:30: must be a text of hours like '08:00-18:00', not '8-18', did you mean '08:00-18:00'?",
        "rules.yaml:4:16: '12:00-12:00' begins when it ends: write '00:00-24:00' for the whole day",
        "rules.yaml:5:12: unknown calendar 'holidays'",
        "rules.yaml:5:22: unknown key 'hour', did you mean 'hours'?",
      ],
    ],
    [
      'domain: a.de\nsubscribers:\n  bob: { aliases: [1002, "1002", bob, carol, "1002", "112", "x y"] }\n  carol: { aliases: ["1002"] }\n  Carol: {}\n  dave:',
      [
        'rules.yaml:3:20: must be a text: put it in quotes, "1002"',
        "rules.yaml:3:34: 'bob' is the subscriber's own name",
        "rules.yaml:3:46: '1002' stands here twice",
        "rules.yaml:3:54: '112' is an emergency number",
        "rules.yaml:3:61: 'x y' is no name in this domain: write a user name or a number",
        "rules.yaml:4:3: 'carol' is already a name of subscriber 'bob'",
        "rules.yaml:4:22: '1002' is already a name of subscriber 'bob'",
        "rules.yaml:5:3: 'Carol' is already a name of subscriber 'carol'",
        'rules.yaml:6:3: is empty; it must be a mapping',
      ],
    ],
    [
      'domain: a.de\ncountry: DE\nsubscribers:\n  bob: { aliases: ["+493012345"] }\n  carol: { aliases: ["030-12345"] }',
      ["rules.yaml:5:22: '030-12345' is already a name of subscriber 'bob'"],
    ],
    // Without a dial plan, spaced digits that are no international number may be several.
    [
      'domain: a.de\ntargets: { allow: ["+49 (0)30"] }\nsubscribers:\n  bob: { aliases: ["1002 1003", "+49 30 1", "00 49 30 765432", "+49 30 12345 67890123"] }',
      [
        'rules.yaml:2:20: \'+49 (0)30\' has "(0)", which is not dialled with a country code: write "+4930"',
        `rules.yaml:4:20: '1002 1003' has spaces, ${SPACED} write "10021003", or each number by itself`,
        `rules.yaml:4:64: '+49 30 12345 67890123' has spaces, ${SPACED} write each number by itself`,
      ],
    ],
    [
      'domain: a.de\ncountry: DE\nsubscribers:\n  bob: { aliases: ["+49 30 12345"] }\n  carol: { aliases: ["030 12345"] }',
      ["rules.yaml:5:22: '030 12345' is already a name of subscriber 'bob'"],
    ],
    [
      'domain: a.de\nsubscribers:\n  "a@b": {}\n  bob: { privacy: on, timezone: Mars, managedBy: me }',
      [
        "rules.yaml:3:3: 'a@b' must be the user part of a SIP address: no spaces and none of @ : ; < > \" \\ ,",
        "rules.yaml:4:19: unknown privacy 'on'; known: off, full",
        "rules.yaml:4:33: unknown time zone 'Mars'",
        "rules.yaml:4:50: unknown manager 'me'; known: code, subscriber",
      ],
    ],
    [
      'domain: a.de\nsubscribers:\n  bob:\n    rules:\n      - { when: busy, reject: 486 }\n      - { name: rule-1, when: busy, reject: 486 }\n      - { name: a, when: busy, reject: 486 }\n      - { name: a, when: busy, reject: 486 }',
      [
        "rules.yaml:6:17: 'rule-1' is already the name of a rule above",
        "rules.yaml:8:17: 'a' is already the name of a rule above",
      ],
    ],
    [
      'domain: a.de\nfeatures: { codes: { always-on: "72", busy-on: "*7", always-of: "*8" } }',
      [
        'rules.yaml:2:33: must be a feature code in quotes, like "*72", not \'72\'',
        "rules.yaml:2:48: '*7' can't be told from '*72', the code of always-on",
        "rules.yaml:2:54: unknown key 'always-of', did you mean 'always-off'?",
      ],
    ],
    [
      'domain: a.de\nfeatures: { codes: { always-on: "*901" }, announcement: sip:hi@b.de }',
      [
        "rules.yaml:2:33: '*901' can't be told from '*90', the code of busy-on",
        'rules.yaml:2:57: \'sip:hi@b.de\' is not in targets.allow: add "@b.de" there if calls may go to it',
      ],
    ],
    [
      'domain: [',
      [
        'rules.yaml:1:10: a list or mapping in brackets is not closed, or a line of it is not deeper than its key',
      ],
    ],
    [
      'domain: a.de\n---\ndomain: b.de',
      ['rules.yaml:2:1: another document begins here: a file has one, without ---'],
    ],
    [
      'domain: a.de\nsubscribers: { b: *there }',
      ["rules.yaml:2:19: unknown anchor 'there': nothing before this has &there"],
    ],
    [
      'domain: a.de\n  country: DE',
      [
        'rules.yaml:1:9: this line and the next do not go together: a value is followed by deeper lines, or has ": " in it and wants quotes',
        'rules.yaml:1:9: a key and the ":" behind it stand on one line',
      ],
    ],
    [
      'domain: a.de\nsubscribers:\n  ? [b, c]\n  : {}\n  ? { d: e }\n  : {}',
      [
        'rules.yaml:3:5: a key must be a text, no list or mapping',
        'rules.yaml:5:5: a key must be a text, no list or mapping',
      ],
    ],
  ];
  test.each(mistakes)('%j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test('is a circle of rules that always hold', () => {
    const { problems, warnings } = load(`domain: a.de
subscribers:
  a: { rules: [{ when: [busy, always], forward: [d, "1002"] }] }
  b: { aliases: ["1002"], rules: [{ when: any, forward: c }] }
  c: { rules: [{ when: always, forward: a }] }
  d: { rules: [{ when: always, forward: d }] }
  e: { rules: [{ when: always, enabled: false, forward: e }] }
  f: { rules: [{ when: busy, forward: g }] }
  g: { rules: [{ when: always, callers: internal, forward: f }] }
`);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '3: always forwards in a circle, so that no call could end: a → b → c → a',
      '6: always forwards in a circle, so that no call could end: d → d',
    ]);
    expect(warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '8: forwards in a circle: f → g → f',
    ]);
  });

  const many = (count: number, of: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => of(index)).join(', ');

  test('is more than can be stored', () => {
    expect(
      problemsOf(`domain: a.de
groups: { big: [${many(19_000, (i) => `"+49151${12_345_678 + i}"`)}] }
subscribers:
  bob: { aliases: [${many(41, (i) => `a${i}`)}] }
  carol: { rules: [{ when: busy, forward: [${many(11, (i) => `sip:a${i}@a.de`)}] }] }
  dave: { rules: [${many(700, (i) => `{ when: busy, callers: ["+4930${i}"], reject: 486 }`)}] }
`),
    ).toEqual([
      'rules.yaml:1:1: takes 316 KB without subscribers when compiled, and at most 300 KB are stored',
      'rules.yaml:4:19: must have at most 40 entries, not 41',
      'rules.yaml:5:43: must have at most 10 entries, not 11',
      'rules.yaml:6:18: are 36 KB as JSON, and at most 32 KB are stored',
    ]);
  });

  // docs/semantics.md#size-limits: 300 KB of policy, of which a member of a group takes little more than as written.
  test.each([
    ['18,000 numbers', 18_000, (i: number) => `"+49151${12_345_678 + i}"`],
    ['15,000 short numbers', 15_000, (i: number) => `"${10_000 + i}"`],
    ['9,000 SIP addresses', 9_000, (i: number) => `"sip:member.${10_000 + i}@example.org"`],
  ])('is not a group of %s', (_, count, member) => {
    expect(problemsOf(`{ domain: a.de, groups: { big: [${many(count, member)}] } }`)).toEqual([]);
  });

  // docs/semantics.md#size-limits: 32 KB of rules, however much longer they are when compiled.
  test('is not 31 KB of rules', () => {
    const rules = many(750, (i) => `{ when: busy, forward: u${i % 9} }`);
    const users = many(9, (i) => `u${i}: {}`);
    const text = `{ domain: a.de, subscribers: { bob: { rules: [${rules}] }, ${users} } }`;
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('what is almost right is told as it should be', () => {
  test.each([
    ['Mon-Fri', 'mon-fri'],
    ['mon-fry', 'mon-fri'],
    ['monday - friday', 'mon-fri'],
    ['Monday to Friday', 'mon-fri'],
    ['mon–fri', 'mon-fri'],
    ['mon..fri', 'mon-fri'],
    ['thurs', 'thu'],
    ['wensday', 'wed'],
    ['Mo-Fr', 'mon-fri'],
    ['mon-fri-sat', undefined],
    ['mon, tue', undefined],
    ['weekdays', undefined],
    ['Di', undefined],
    ['', undefined],
    ['-', undefined],
  ])('days: %j', (days, meant) => {
    const near = meant === undefined ? '' : `, did you mean '${meant}'?`;
    expect(problemsOf(`domain: a.de\nschedules: { a: { days: ${JSON.stringify(days)} } }`)).toEqual(
      [`rules.yaml:2:25: must be days like mon or mon-fri, not '${days}'${near}`],
    );
  });

  test.each([
    ['8-18', '08:00-18:00'],
    ['8:00-18:30', '08:00-18:30'],
    ['08:00 - 18:00', '08:00-18:00'],
    ['8.00–18.00', '08:00-18:00'],
    ['22-24', '22:00-24:00'],
    ['8-25', undefined],
    ['8am-6pm', undefined],
    ['08:00', undefined],
    ['', undefined],
  ])('hours: %j', (hours, meant) => {
    const near = meant === undefined ? '' : `, did you mean '${meant}'?`;
    expect(
      problemsOf(`domain: a.de\nschedules: { a: { hours: ${JSON.stringify(hours)} } }`),
    ).toEqual([
      `rules.yaml:2:26: must be a text of hours like '08:00-18:00', not '${hours}'${near}`,
    ]);
  });

  test.each([
    ['allways', 'always'],
    ['Busy', 'busy'],
    ['no_answer', 'no-answer'],
    ['noanswer', 'no-answer'],
    ['unavailable', 'unreachable'],
    ['CFU', 'always'],
    ['user-busy', 'busy'],
    ['constructor', undefined],
  ])('when: %j', (when, meant) => {
    const known = '; known: always, busy, no-answer, unreachable, deflected, declined, any';
    const near = meant === undefined ? known : `, did you mean '${meant}'?`;
    expect(problemsOf(rule(`when: ${when}`, 'reject: 480'))).toEqual([
      `${RULES}:15: unknown trigger '${when}'${near}`,
    ]);
  });

  test.each([
    ['caroll', 'carol'],
    ['Karol', 'carol'],
    ['bop', 'bob'],
    ['bobby', undefined],
    ['dave', undefined],
  ])('a name: %j', (name, meant) => {
    const near = meant === undefined ? '' : `, did you mean '${meant}'?`;
    expect(problemsOf(rule('when: busy', `callers: not ${name}`, `forward: ${name}`))).toEqual([
      `rules.yaml:12:18: unknown group or subscriber '${name}'${near}`,
      `rules.yaml:13:18: unknown subscriber '${name}'${near}`,
    ]);
  });
});

describe('several files', () => {
  test('make one document', () => {
    const { policy, subscribers } = loadSound({
      'rules/main.yaml':
        'domain: A.de\nringSeconds: 30\nsubscribers: { bob: { rules: [{ when: busy, forward: carol }] } }',
      'rules/more.yaml': 'domain: a.de\nsubscribers: { carol: {} }',
      'rules/third.json': '{ "domain": "a.de", "subscribers": { "dave": {} } }',
    });
    expect(policy).toMatchObject({ domain: 'a.de', ringSeconds: 30 });
    expect(subscribers.map(({ user }) => user)).toEqual(['bob', 'carol', 'dave']);
  });

  test('have their mistakes told each in its place', () => {
    expect(
      problemsOf({
        'a.yaml':
          'domain: a.de\ncountry: DE\nsubscribers:\n  bob: { rules: [{ when: busy, forward: carl }] }',
        'b.yaml': 'domain: b.de\ncountry: AT\nsubscribers:\n  carol:\n    alias: x\n  bob: {}',
        'c.yaml': 'subscribers: {}',
      }),
    ).toEqual([
      "a.yaml:4:41: unknown subscriber 'carl', did you mean 'carol'?",
      "b.yaml:1:9: domain 'b.de' is not 'a.de', which a.yaml is for",
      "b.yaml:2:1: 'country' is already in a.yaml",
      "b.yaml:5:5: unknown key 'alias', did you mean 'aliases'?",
      "b.yaml:6:3: subscriber 'bob' is already in a.yaml",
      "c.yaml:1:1: 'domain' is missing",
    ]);
  });
});

test('the example is sound', () => {
  const name = 'infra/rules/example.com.yaml';
  const { policy, subscribers } = loadSound({ [name]: readFileSync(name, 'utf8') });
  expect(policy.domain).toBe('example.com');
  expect(subscribers.map(({ user }) => user)).toEqual(['alice', 'bob', 'carol', 'voicemail']);
});
