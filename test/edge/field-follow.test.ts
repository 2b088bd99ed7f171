/**
 * Calls as networks and phones really send them, that the edge follows itself: in which order it calls, and what it
 * says there. RFC 3261 §16.7 for the order, RFC 5806 for Diversion.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { Edge } from './edge.ts';
import { PATIENT_DIVERT, PATIENT_EDGE } from './patience.ts';
import { finalOf, lines, RawPhone, rawCall } from './raw.ts';
import { waysToAsk } from './ways.ts';

const TARGETS = ['uno', 'dos', 'tres'] as const;

/** What B's phone says in its 302, and who is called in which order; each is busy. */
const ORDERS: Record<string, readonly [contacts: readonly string[], called: readonly string[]]> = {
  'two, the better one last': [
    ['sip:uno@example.com;q=0.3, sip:dos@example.com;q=0.9'],
    ['dos', 'uno'],
  ],
  'on lines of their own': [
    ['<sip:uno@example.com>;q=0.1', '<sip:dos@example.com>;q=0.25', '<sip:tres@example.com>;q=1'],
    ['tres', 'dos', 'uno'],
  ],
  'with names that have commas and brackets': [
    [
      '"Uno, of <sales>; q=1" <sip:uno@example.com>;q=0.2, "\\"Dos\\"" <sip:dos@example.com>;expires=60;q=0.150, Tres <sip:tres@example.com>;Q=0.7',
    ],
    ['tres', 'uno', 'dos'],
  ],
  'one without q is the best (RFC 3261 §20.10 leaves it open)': [
    ['<sip:uno@example.com>;q=0.8,<sip:dos@example.com>'],
    ['dos', 'uno'],
  ],
  'q inside the brackets is a parameter of the URI': [
    ['<sip:uno@example.com;q=0.9>;q=0.1, <sip:dos@example.com;q=0.1>;q=0.9'],
    ['dos', 'uno'],
  ],
  'a number that is not allowed is left out': [
    ['<sip:+34803123456@example.com>;q=1, <sip:uno@example.com>;q=0.5'],
    ['uno'],
  ],
};

/** Display names of an older Diversion, which the next leg has as they came. */
const NAMES = [
  '"Sales | Berlin"',
  '"a|b||c|"',
  '"| 1 | 2 |"',
  '"comma, semicolon; <bracket>"',
  '"back\\\\slash \\"quoted\\" | end"',
  '"$avp(x) $(hdr(To)) $def(DIVERT_KEY) $env(PATH) $$ %0d%0a"',
  '"100 % | {s.len}"',
  '',
];

const ALWAYS = '{ rules: [{ name: always, when: always, forward: { to: uno } }] }';
const RULES = [
  'domain: example.com',
  'country: ES',
  'targets: { allow: ["@example.com", "+34"] }',
  'subscribers:',
  ...TARGETS.map((user) => `  ${user}: {}`),
  ...Object.keys(ORDERS).map((_, i) => `  phone-${i}: {}`),
  ...NAMES.map((_, i) => `  named-${i}: ${ALWAYS}`),
  '',
].join('\n');

describe.each(waysToAsk())('Divert itself, asked with %s by an edge that follows', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-field-follow-'));
  const targets: RawPhone[] = [];
  /** Who got an INVITE, in order, by Call-ID. */
  const called = new Map<string, [user: string, invite: string][]>();
  let local: Local;
  let edge: Edge;
  beforeAll(async () => {
    const document = join(folder, 'rules.yaml');
    writeFileSync(document, RULES);
    local = await startLocal({ documents: [document], port: 0, environment: PATIENT_DIVERT });
    edge = await Edge.start(local.url, {
      ...PATIENT_EDGE,
      ...{ EDGE_CLIENT: way, DIVERT_KEY: local.key, FOLLOW_FOR: '127.0.0.1' },
    });
    for (const user of TARGETS) {
      const busy = await RawPhone.start(edge, user, (invite) => {
        const callId = lines(invite, 'call-id')[0] ?? '';
        called.set(callId, [...(called.get(callId) ?? []), [user, invite]]);
        return [{ line: '486 Busy Here' }];
      });
      targets.push(busy);
    }
  });
  afterAll(async () => {
    for (const phone of targets) phone.stop();
    await edge?.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Calls, ends busy, and tells who was called meanwhile. */
  async function call(user: string, headers: readonly string[] = []) {
    const final = finalOf(await rawCall(edge, { uri: `sip:${user}@example.com`, headers }));
    expect(final).toMatch(/^SIP\/2\.0 486 /);
    return called.get(lines(final, 'call-id')[0] ?? '') ?? [];
  }

  test.each(
    Object.entries(ORDERS).map(([title, [contacts, order]], i) => ({ title, contacts, order, i })),
  )('a phone diverts: $title', async ({ contacts, order, i }) => {
    const headers = contacts.map((contact) => `Contact: ${contact}`);
    const phone = await RawPhone.start(edge, `phone-${i}`, [{ line: '302 Moved', headers }]);
    try {
      const legs = await call(`phone-${i}`);
      // A phone that is slow may have the INVITE twice.
      const users = legs.map(([user]) => user).filter((user, n, all) => user !== all[n - 1]);
      expect(users).toEqual(order);
      for (const [, invite] of legs) {
        expect(lines(invite, 'diversion')).toEqual([
          expect.stringMatching(new RegExp(`^<sip:phone-${i}@example\\.com>;reason=deflection;`)),
        ]);
      }
    } finally {
      phone.stop();
    }
  });

  test.each(NAMES.map((name, i) => [name, i] as const))(
    'an older Diversion of %s arrives after the new one',
    async (name, i) => {
      const older = `${name} <sip:+34910000081@gw.elsewhere.example>;reason=user-busy;counter=1`;
      const legs = await call(`named-${i}`, [`Diversion: ${older.trim()}`]);
      expect(legs.length).toBeGreaterThan(0);
      for (const [user, invite] of legs) {
        expect(user).toBe('uno');
        expect(lines(invite, 'diversion')).toEqual([
          expect.stringMatching(
            new RegExp(`^<sip:named-${i}@example\\.com>;reason=unconditional;`),
          ),
          older.trim(),
        ]);
      }
    },
  );

  test('logs no warning and no error', () => {
    expect(edge.complaints).toEqual([]);
  });
});
