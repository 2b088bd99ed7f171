import { describe, expect, test } from 'vitest';
import type { CallerTest, Rule } from '../../functions/decide/model.ts';
import { loadSound } from './load.ts';

/** bob's rules, in a domain of Germany whose schedule of summer time is Berlin's. */
function rulesOf(yaml: string): readonly Rule[] {
  const { subscribers } = loadSound(`domain: Example.COM
timezone: Europe/Berlin
country: DE
targets: { allow: ["@example.com", "@example.net", "+49", "+12125", "ext:1xxx"] }
groups: { family: ["+4915112345678"], 24x7: [carol] }
calendars: { holidays: 2026-12-25 }
schedules: { office: { days: mon-fri } }
subscribers:
  carol: { aliases: ["+49301111", "1003", Carla] }
  "1004": {}
  bob:
    aliases: ["0301234567", "1002"]
    rules: [${yaml}]
`);
  return subscribers.find(({ user }) => user === 'bob')?.rules ?? [];
}

describe('targets', () => {
  const carol = ['carol@example.com', '+49301111', '1003@example.com', 'carla@example.com'];
  const targets: [to: string, uri: string, identity: string, names?: string[]][] = [
    // A bare name is a subscriber of the domain; aliases resolve when written.
    ['carol', 'sip:carol@example.com', 'carol@example.com', carol],
    ['CAROL', 'sip:carol@example.com', 'carol@example.com', carol],
    ['carla', 'sip:carol@example.com', 'carol@example.com', carol],
    ['"1003"', 'sip:carol@example.com', 'carol@example.com', carol],
    ['"1004"', 'sip:1004@example.com', '1004@example.com', ['1004@example.com']],
    // A number is E.164 and becomes sip:+…@<the domain>;user=phone.
    ['"+4930765432"', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"+49-30-76.54(32)"', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"030765432"', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"004930765432"', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"+49 30 765432"', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['" 030 765 432 "', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"(030) 765 432"', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"0049 30\\u00a0765432"', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"+1 (212) 555-0123"', 'sip:+12125550123@example.com;user=phone', '+12125550123'],
    ['"+49 30 1111"', 'sip:+49301111@example.com;user=phone', '+49301111', carol],
    ['{ to: "030 765432" }', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"0012125550123"', 'sip:+12125550123@example.com;user=phone', '+12125550123'],
    ['tel:+49-30-765432', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['"+49301111"', 'sip:+49301111@example.com;user=phone', '+49301111', carol],
    // Digits are a number whatever their host, which is replaced by the domain.
    ['sip:030765432@example.org', 'sip:+4930765432@example.com;user=phone', '+4930765432'],
    ['sips:+4930765432@example.org', 'sips:+4930765432@example.com;user=phone', '+4930765432'],
    // Short numbers pass as a subscriber, an alias or an ext: pattern.
    ['"1999"', 'sip:1999@example.com', '1999@example.com'],
    ['sip:1999@example.net', 'sip:1999@example.net', '1999@example.net'],
    // A URI stays as written.
    ['sip:Mum@example.net', 'sip:Mum@example.net', 'mum@example.net'],
    ['sip:m%75m@Example.NET:5070;x=1', 'sip:m%75m@example.net:5070;x=1', 'mum@example.net'],
    ['sips:carol@example.com', 'sips:carol@example.com', 'carol@example.com', carol],
  ];
  test.each(targets)('%s', (to, uri, identity, names) => {
    expect(rulesOf(`{ when: busy, forward: ${to} }`)[0]).toEqual({
      name: 'rule-1',
      when: ['busy'],
      forward: [{ uri, identity, ...(names && { names }) }],
    });
  });

  test("the called user's own phones, and how long each rings", () => {
    const [rule] = rulesOf(
      '{ when: always, forward: [{ to: self, q: 1, ring: 15 }, { to: "1004", ring: 30 }] }',
    );
    expect(rule).toMatchObject({ forward: [{ self: true, q: 1, ring: 15 }, { ring: 30 }] });
  });

  test('keep q and mailbox as given', () => {
    const [rule] = rulesOf(
      '{ when: busy, forward: [{ to: carol, q: 0.125 }, { to: "1004", mailbox: true }] }',
    );
    expect(rule).toMatchObject({ forward: [{ q: 0.125 }, { mailbox: true }] });
    expect(rule).not.toMatchObject({ forward: [{}, { q: expect.anything() }] });
  });
});

describe('callers', () => {
  const carol = ['carol@example.com', '+49301111', '1003@example.com', 'carla@example.com'];
  const tests: [written: string, test: Omit<CallerTest, 'text'>][] = [
    ['family', { is: 'group', name: 'family' } as never],
    ['24x7', { is: 'group', name: '24x7' } as never],
    ['not family', { not: true, is: 'group', name: 'family' } as never],
    ['internal', { is: 'internal' }],
    ['not external', { not: true, is: 'external' }],
    ['anonymous', { is: 'anonymous' }],
    ['"@Example.net"', { is: 'domain', value: 'example.net' } as never],
    ['"+49*"', { is: 'prefix', value: '+49' } as never],
    // A subscriber under all their names, whichever is written.
    ['carol', { is: 'identity', values: carol } as never],
    ['"1003"', { is: 'identity', values: carol } as never],
    ['"0301111"', { is: 'identity', values: carol } as never],
    ['sip:carol@example.com', { is: 'identity', values: carol } as never],
    ['sip:carol@example.net', { is: 'identity', values: ['carol@example.net'] } as never],
    ['"030-99"', { is: 'identity', values: ['+493099'] } as never],
    ['"030 99"', { is: 'identity', values: ['+493099'] } as never],
    ['not +49 30 1111', { not: true, is: 'identity', values: carol } as never],
    ['"+49 30*"', { is: 'prefix', value: '+4930' } as never],
    ['"+49 (30) *"', { is: 'prefix', value: '+4930' } as never],
    ['tel:+49-30-99', { is: 'identity', values: ['+493099'] } as never],
    ['"1999"', { is: 'identity', values: ['1999@example.com'] } as never],
  ];
  test.each(tests)('%s', (written, condition) => {
    const [rule] = rulesOf(`{ when: busy, callers: [${written}], reject: 486 }`);
    expect(rule?.callers).toEqual([{ ...condition, text: written.replaceAll('"', '') }]);
  });
});

describe('conditions', () => {
  const conditions: [yaml: string, rule: Partial<Rule>][] = [
    [
      'when: any',
      { when: ['always', 'busy', 'no-answer', 'unreachable', 'deflected', 'declined'] },
    ],
    ['when: [busy, always, busy]', { when: ['always', 'busy'] }],
    ['when: no-answer, after: 180', { when: ['no-answer'], after: 180 }],
    ['when: busy, name: "Nach Büroschluß"', { name: 'Nach Büroschluß' }],
    ['when: busy, enabled: false', { enabled: false }],
    ['when: busy, enabled: true', {}],
    ['when: busy, schedule: office', { schedules: [{ name: 'office' }] }],
    ['when: busy, schedule: not office', { schedules: [{ name: 'office', not: true }] }],
    // Which alias was dialled: any spelling of it.
    ['when: busy, called: "+49301234567"', { called: ['+49301234567'] }],
    [
      'when: busy, called: ["+49 30 1234567", "030 1234567"]',
      { called: ['+49301234567', '+49301234567'] },
    ],
    ['when: busy, called: ["1002", BOB]', { called: ['1002', 'bob'] }],
    ['when: busy, called: sip:bob@example.com', { called: ['bob'] }],
    ['when: busy, from: 2026-07-01', { from: Date.UTC(2026, 5, 30, 22) }],
    ['when: busy, until: 2027-01-06T08:00', { until: Date.UTC(2027, 0, 6, 7) }],
    ['when: busy, until: 2027-01-06T08:00:30', { until: Date.UTC(2027, 0, 6, 7, 0, 30) }],
    ['when: busy, until: 2027-01-06T08:00Z', { until: Date.UTC(2027, 0, 6, 8) }],
    ['when: busy, until: 2027-01-06T08:00-05:00', { until: Date.UTC(2027, 0, 6, 13) }],
    // RFC 5545 §3.3.5: of two the first; one that is skipped, with the offset before the gap.
    ['when: busy, from: 2026-10-25T02:30', { from: Date.UTC(2026, 9, 25, 0, 30) }],
    ['when: busy, from: 2027-03-28T02:30', { from: Date.UTC(2027, 2, 28, 1, 30) }],
  ];
  test.each(conditions)('%s', (yaml, rule) => {
    expect(rulesOf(`{ ${yaml}, reject: 480 }`)).toEqual([
      { name: 'rule-1', when: ['busy'], reject: 480, ...rule },
    ]);
  });

  test("are read in the subscriber's own time zone", () => {
    const { subscribers, policy } = loadSound(`domain: a.de
timezone: Europe/Berlin
first: [{ when: always, until: 2026-07-01, reject: 480 }]
subscribers:
  bob: { timezone: Australia/Lord_Howe, rules: [{ when: always, until: 2026-07-01, continue: true }] }
`);
    expect(policy.first[0]?.until).toBe(Date.UTC(2026, 5, 30, 22));
    expect(subscribers[0]?.rules[0]?.until).toBe(Date.UTC(2026, 5, 30, 13, 30));
  });
});

describe('schedules', () => {
  const DAY = 1440;
  const schedules: [yaml: string, schedule: object][] = [
    ['{}', { days: 0b1111111, hours: [[0, DAY]] }],
    ['days: mon-fri', { days: 0b0011111, hours: [[0, DAY]] }],
    ['days: fri-mon', { days: 0b1110001, hours: [[0, DAY]] }],
    ['days: [mon, wed-thu, sun]', { days: 0b1001101, hours: [[0, DAY]] }],
    ['days: mon-sun', { days: 0b1111111, hours: [[0, DAY]] }],
    ['hours: "08:00-18:00"', { days: 127, hours: [[480, 1080]] }],
    [
      'hours: ["13:00-17:00", "08:00-12:00"]',
      {
        days: 127,
        hours: [
          [480, 720],
          [780, 1020],
        ],
      },
    ],
    ['hours: ["08:00-12:00", "11:00-17:00"]', { days: 127, hours: [[480, 1020]] }],
    ['hours: "22:00-06:00"', { days: 127, hours: [[1320, DAY + 360]] }],
    ['hours: "22:00-00:00"', { days: 127, hours: [[1320, DAY]] }],
    ['hours: "00:00-24:00"', { days: 127, hours: [[0, DAY]] }],
    ['on: holidays', { days: 127, hours: [[0, DAY]], on: ['holidays'] }],
    ['except: [holidays, more]', { days: 127, hours: [[0, DAY]], except: ['holidays', 'more'] }],
  ];
  test.each(schedules)('%s', (yaml, schedule) => {
    const { policy } = loadSound(`domain: a.de
calendars: { holidays: 2026-12-25, more: 2026-12-26 }
schedules: { it: ${yaml === '{}' ? yaml : `{ ${yaml} }`} }
`);
    expect(policy.schedules.it).toEqual(schedule);
  });
});

describe('a policy', () => {
  test('has defaults for everything', () => {
    expect(loadSound('domain: Example.COM').policy).toEqual({
      domain: 'example.com',
      version: 0,
      timezone: 'UTC',
      ringSeconds: 20,
      maxDiversions: 5,
      emergency: [],
      allow: [{ is: 'domain', value: 'example.com' }],
      deny: [],
      premium: [],
      numbers: '',
      groups: {},
      calendars: {},
      schedules: {},
      features: {
        codes: {
          'always-on': '*72',
          'always-off': '*73',
          'busy-on': '*90',
          'busy-off': '*91',
          'no-answer-on': '*52',
          'no-answer-off': '*53',
          'dnd-on': '*78',
          'dnd-off': '*79',
        },
        mmi: true,
      },
      first: [],
      finally: [],
    });
  });

  test('has patterns of targets', () => {
    const { policy } = loadSound(`domain: a.de
targets:
  allow: ["@B.de", "+49 30", "+49-30", "ext:1XX#", "+", sip:Mum@b.de, sip:+4930@b.de]
  deny: ["+49900"]
`);
    expect(policy.allow).toEqual([
      { is: 'domain', value: 'b.de' },
      { is: 'prefix', value: '+4930' },
      { is: 'prefix', value: '+4930' },
      { is: 'extension', value: '1xx#' },
      { is: 'prefix', value: '+' },
      { is: 'identity', value: 'mum@b.de' },
      { is: 'identity', value: '+4930' },
    ]);
    expect(policy.deny).toEqual([{ is: 'prefix', value: '+49900' }]);
  });

  test('has groups, which know subscribers by all their names', () => {
    const { policy } = loadSound(`domain: a.de
groups: { g: ["+4930*", "@b.de", bob, sip:Mum@b.de, "1002"] }
subscribers: { bob: { aliases: ["1002"] } }
`);
    expect(policy.groups.g).toEqual([
      { is: 'identity', values: ['bob@a.de', '1002@a.de', 'mum@b.de'], text: '' },
      { is: 'prefix', value: '+4930', text: '+4930*' },
      { is: 'domain', value: 'b.de', text: '@b.de' },
    ]);
  });

  test('has feature codes and where they are confirmed', () => {
    const { policy } = loadSound(`domain: a.de
features: { codes: { always-on: "*21*", always-off: "#21#", unreachable-on: "*62*" }, announcement: sip:saved@a.de }
`);
    expect(policy.features).toMatchObject({
      codes: {
        ...{ 'always-on': '*21*', 'always-off': '#21#', 'busy-on': '*90' },
        'unreachable-on': '*62*',
      },
      announcement: 'sip:saved@a.de',
    });
  });

  test("names the operator's rules by their place", () => {
    const { policy } = loadSound(`domain: a.de
first: [{ when: always, callers: anonymous, reject: 433 }]
finally: [{ when: busy, forward: bob }, { name: x, when: busy, called: "1002", reject: 486 }]
subscribers: { bob: {} }
`);
    expect(policy.first.map(({ name }) => name)).toEqual(['first-1']);
    expect(policy.finally.map(({ name }) => name)).toEqual(['finally-1', 'x']);
  });
});

describe('a subscriber', () => {
  test('has their settings', () => {
    const { subscribers } = loadSound(
      `domain: a.de
country: DE
subscribers:
  Bob:
    aliases: ["030-12345", "030 54321", "+49 40 1", +49301, B%6fb2]
    privacy: full
    timezone: Europe/London
    managedBy: subscriber
`,
    );
    expect(subscribers).toEqual([
      {
        user: 'bob',
        spelled: 'Bob',
        aliases: ['+493012345', '+493054321', '+49401', '+49301', 'bob2'],
        needs: 0,
        version: 0,
        timezone: 'Europe/London',
        privacy: 'full',
        phone: [],
        rules: [],
      },
    ]);
  });
});
