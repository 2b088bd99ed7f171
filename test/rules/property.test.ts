import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeTarget } from '../../functions/decide/targets.ts';
import { expandCalendar } from '../../functions/rules/calendars/ics.ts';
import { compile } from '../../functions/rules/compile.ts';
import { compilePeer, compilePeers } from '../../functions/rules/peers.ts';
import { load, NOW } from './load.ts';

const word = fc.constantFrom(
  'bob',
  'carol',
  'Bob',
  '1002',
  '+49301234567',
  '0301234567',
  '110',
  '112',
  '+499001234567',
  'sip:bob@example.com',
  'sip:mum@example.net',
  'sip:+49900@x',
  'tel:+4930',
  'urn:service:sos',
  'sip:',
  'sip:@',
  'sip:a@b;x=%',
  '@example.com',
  '@',
  '+',
  '+49',
  '+49*',
  '*',
  'ext:1xxx',
  'ext:',
  'not internal',
  'not ',
  'not',
  'internal',
  'anonymous',
  'office',
  'not office',
  'holidays',
  'constructor',
  '__proto__',
  'toString',
  'always',
  'busy',
  'any',
  'mon-fri',
  '22:00-06:00',
  '2026-12-25',
  '2026-13-01',
  '9999-12-31..0000-01-01',
  '2027-01-06T08:00',
  'x.ics',
  'DE',
  'Europe/Berlin',
  'UTC',
  '',
  ' ',
  '\u0000',
  '\ud800',
  '%',
  '%41',
  '%zz',
  '~',
  '/',
  'a'.repeat(300),
);
const key = fc.constantFrom(
  'domain',
  'timezone',
  'country',
  'targets',
  'allow',
  'deny',
  'groups',
  'calendars',
  'schedules',
  'office',
  'holidays',
  'family',
  'days',
  'hours',
  'on',
  'except',
  'first',
  'finally',
  'features',
  'codes',
  'announcement',
  'subscribers',
  'bob',
  'carol',
  '1002',
  'aliases',
  'rules',
  'privacy',
  'name',
  'when',
  'callers',
  'called',
  'schedule',
  'from',
  'until',
  'forward',
  'to',
  'q',
  'mailbox',
  'reject',
  'continue',
  'after',
  'enabled',
  'ringSeconds',
  'peers',
  'domains',
  'hosts',
  'trunks',
  'numbers',
  '__proto__',
  'constructor',
  '/~',
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    word,
    fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string()),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  ),
})).value;

/** Documents that are right in the large, so that what lies deeper is reached. */
const names = fc.constantFrom('bob', 'carol', 'dave', '1002');
const target = fc.oneof(
  word,
  fc.record({ to: word, q: fc.double({ min: 0, max: 1 }), mailbox: fc.boolean() }),
);
const rule = fc.record(
  {
    name: word,
    when: fc.constantFrom('always', 'busy', 'any', 'no-answer'),
    callers: fc.array(word),
    called: word,
    schedule: word,
    from: word,
    until: word,
    forward: fc.oneof(target, fc.array(target, { minLength: 1, maxLength: 3 })),
  },
  { requiredKeys: ['when', 'forward'] },
);
const document = fc.record(
  {
    domain: fc.constant('example.com'),
    country: fc.constantFrom('DE', 'US', 'GB'),
    targets: fc.record({ allow: fc.array(word), deny: fc.array(word) }),
    groups: fc.dictionary(names, fc.array(word)),
    calendars: fc.dictionary(names, fc.oneof(word, fc.array(word))),
    schedules: fc.dictionary(
      names,
      fc.record({ days: word, hours: word, on: word }, { requiredKeys: [] }),
    ),
    first: fc.array(rule, { maxLength: 2 }),
    finally: fc.array(rule, { maxLength: 2 }),
    subscribers: fc.dictionary(
      names,
      fc.record(
        { aliases: fc.array(word, { maxLength: 3 }), rules: fc.array(rule, { maxLength: 3 }) },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: ['domain', 'subscribers'] },
);

const JSON_POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

const FOUND: [unknown][] = [
  // What is proposed for `vip` is a name that no terminal should get.
  [
    {
      domain: 'x.example',
      groups: { 'vip\u0085': ['+4930123456'] },
      subscribers: { bob: { rules: [{ when: 'always', callers: 'vip', reject: 486 }] } },
    },
  ],
  // No name of a code, and no text.
  [{ features: { codes: { domain: {} } } }],
];

describe('whatever a document is', () => {
  test('it is judged and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(anything, document), (source) => {
        for (const { pointer, message } of compile(source, { now: NOW }).problems) {
          expect(pointer).toMatch(JSON_POINTER);
          expect(message).toMatch(/^[^\p{Cc}]+$/u);
        }
      }),
      { numRuns: 600, examples: FOUND },
    );
  });

  test('what is faulty in one part does not make another part faulty', () => {
    fc.assert(
      fc.property(document, key, anything, (source, name, value) => {
        const own = compile(source, { now: NOW });
        const more = { ...source, subscribers: { ...source.subscribers, zoe: { [name]: value } } };
        const pointers = new Set(
          compile(more, { now: NOW }).problems.map(({ pointer }) => pointer),
        );
        // Aliases of hers may take names away, or lend them, and so may circles.
        fc.pre(name !== 'aliases' && name !== 'rules');
        for (const { pointer } of own.problems) expect(pointers).toContain(pointer);
      }),
      { numRuns: 120 },
    );
  });

  test('a sound one has no target that its policy refuses', () => {
    let targets = 0;
    fc.assert(
      fc.property(document, (source) => {
        const { policy, subscribers } = compile(source, { now: NOW });
        for (const rule of [
          ...policy.first,
          ...policy.finally,
          ...subscribers.flatMap(({ rules }) => rules),
        ]) {
          if (!('forward' in rule)) continue;
          for (const target of rule.forward) {
            if ('self' in target) continue;
            const { uri, identity, names } = target;
            targets++;
            expect(uri).toMatch(/^sips?:[^\s<>"]+$/);
            expect(judgeTarget(policy, identity, names !== undefined)).toBeUndefined();
            expect(uri).not.toMatch(/;(?:transport|maddr|method)=|\?/i);
          }
        }
      }),
      { numRuns: 200 },
    );
    expect(targets).toBeGreaterThan(20);
  });

  test('compiled twice it is the same, and plain JSON', () => {
    fc.assert(
      fc.property(document, (source) => {
        const compiled = compile(source, { now: NOW });
        expect(compile(source, { now: NOW + 86_400_000 }).policy).toEqual(compiled.policy);
        expect(JSON.parse(JSON.stringify(compiled.policy))).toEqual(compiled.policy);
        expect(JSON.parse(JSON.stringify(compiled.subscribers))).toEqual(compiled.subscribers);
      }),
      { numRuns: 60 },
    );
  });
});

describe('whatever a text is', () => {
  const line = fc
    .tuple(
      fc.integer({ min: 0, max: 6 }),
      key,
      fc.constantFrom(': ', ':', ' ', ': &a ', ': *a', ': [', ': {'),
      word,
    )
    .map(([indent, key, colon, word]) => ' '.repeat(indent) + key + colon + word);
  const yaml = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
    anything.map((value) => JSON.stringify(value) ?? ''),
  );

  test('as YAML it is judged, each mistake in its place', () => {
    fc.assert(
      fc.property(yaml, (text) => {
        const lines = text.split(/\r\n|[\r\n]/).length;
        for (const { file, line, column } of load(text).problems) {
          expect(file).toBe('rules.yaml');
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines + 1);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('anchors that multiply are refused', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 0; i < 9; i++)
      bomb.push(
        `b${i}: &b${i} [${Array(9)
          .fill(i ? `*b${i - 1}` : '*a')
          .join(', ')}]`,
      );
    expect(load(bomb.join('\n')).problems).toMatchObject([
      { line: 1, message: 'anchors and aliases repeat too much, or hold themselves' },
    ]);
  });

  const property = fc.constantFrom(
    'BEGIN:VEVENT',
    'END:VEVENT',
    'BEGIN:VCALENDAR',
    'END:VCALENDAR',
    'BEGIN:VTIMEZONE',
    'END:VTIMEZONE',
    'UID:1',
    'DTSTART:20260701T120000',
    'DTSTART:20260701T120000Z',
    'DTSTART;VALUE=DATE:20260701',
    'DTSTART;TZID=Europe/Berlin:20260701T120000',
    'DTSTART;TZID=X:20260701T120000',
    'DTSTART:x',
    'DTEND:20260701T130000',
    'DTEND;VALUE=DATE:20260703',
    'DTEND:19000101T000000',
    'DURATION:PT1H',
    'DURATION:-P1D',
    'RRULE:FREQ=YEARLY',
    'RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=3',
    'RRULE:FREQ=MONTHLY;BYSETPOS=9;COUNT=2',
    'RRULE:FREQ=X',
    'RRULE:',
    'EXDATE:20260702T120000',
    'RDATE;VALUE=PERIOD:20260701T120000/PT1H',
    'RECURRENCE-ID:20260702T120000',
    'RECURRENCE-ID;RANGE=THISANDFUTURE:20260702T120000',
    'STATUS:CANCELLED',
    'TZID:X',
    'TZOFFSETTO:+0100',
    'X',
    ':',
    ';',
    ' x',
    'SUMMARY;A="b:c',
  );
  test('as iCalendar it is judged', () => {
    fc.assert(
      fc.property(fc.array(property, { maxLength: 12 }), fc.boolean(), (lines, wrapped) => {
        const body = wrapped
          ? [
              'BEGIN:VCALENDAR',
              'BEGIN:VEVENT',
              'DTSTART:20260701T120000',
              ...lines.filter((l) => !/^(BEGIN|END)/.test(l)),
              'END:VEVENT',
              'END:VCALENDAR',
            ]
          : lines;
        const events = expandCalendar(body.join('\r\n'), NOW, {
          fault: (message) => expect(message).not.toBe(''),
          leftOut: (line, message) => {
            expect(line).toBeGreaterThan(0);
            expect(message).not.toBe('');
          },
        });
        for (const [first, last] of [...events.days, ...events.spans, ...events.wall]) {
          expect(Number.isSafeInteger(first) && Number.isSafeInteger(last) && first <= last).toBe(
            true,
          );
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('whatever peers are, they are judged', () => {
  fc.assert(
    fc.property(anything, (source) => {
      compilePeers(source);
      compilePeers({
        peers: [source, { name: 'a', domains: ['b.de'], hosts: [source], numbers: source }],
      });
      const { peer, problems } = compilePeer(source);
      expect(peer === undefined).toBe(problems.length > 0);
    }),
    { numRuns: 500 },
  );
});
