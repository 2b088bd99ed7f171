/** The answer's `follow`: legs in order, branches of one at once, each as Divert says (RFC 3261 §16.6, §16.7). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finalOf, lines, type RawAnswer, RawPhone, rawCall } from './raw.ts';
import { Bench, userOf } from './scenario.ts';
import { waysToAsk } from './ways.ts';
import type { Reply } from './webhook.ts';

const BUSY: RawAnswer[] = [{ line: '486 Busy Here' }];
const RINGS: RawAnswer[] = [{ line: '180 Ringing' }];
const ANSWERS: RawAnswer[] = [
  { line: '180 Ringing' },
  { line: '200 OK', after: 400, headers: ['Contact: <sip:phone@127.0.0.1>'] },
];

interface Branch {
  readonly contact?: string;
  readonly self?: true;
  readonly headers?: readonly string[];
  readonly assertedIdentity?: string;
}
const follow = (...legs: { ringSeconds?: number; branches: readonly Branch[] }[]): Reply => ({
  json: {
    action: 'redirect',
    status: 302,
    contacts: ['<sip:carol@example.com>'],
    headers: [],
    follow: {
      legs: legs.map((leg) => ({
        ...leg,
        branches: leg.branches.map((b) => ({ headers: [], ...b })),
      })),
    },
  },
});

describe.each(waysToAsk())('asking with %s, the edge calls whom Divert names', (way) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way });
  });
  afterAll(() => bench?.stop());

  async function play(
    phones: Partial<Record<'bob' | 'carol' | 'dave', readonly RawAnswer[]>>,
    answer: (uri: (user: 'bob' | 'carol' | 'dave') => string) => Reply,
    headers: readonly string[] = [],
  ) {
    const users = bench.users();
    bench.webhook.scripts.set(userOf(users.bob), () => answer((user) => `<${users[user]}>`));
    const started = await Promise.all(
      Object.entries(phones).map(async ([user, answers]) => {
        const aor = userOf(users[user as 'bob']);
        return [user, await RawPhone.start(bench.edge, aor, answers)] as const;
      }),
    );
    const phone = Object.fromEntries(started) as Partial<
      Record<'bob' | 'carol' | 'dave', RawPhone>
    >;
    try {
      const final = finalOf(await rawCall(bench.edge, { uri: users.bob, headers }));
      // A CANCEL may still be on its way.
      await new Promise((resolve) => setTimeout(resolve, 200));
      const asked = (user: 'carol' | 'dave') => bench.webhook.asked(userOf(users[user]));
      return { final, phone, asked, users };
    } finally {
      for (const [, each] of started) each.stop();
    }
  }

  test.concurrent('several at once, each with its own headers; one answers, the others are cancelled', async () => {
    const { final, phone, asked } = await play(
      { carol: ANSWERS, dave: RINGS },
      (uri) =>
        follow({
          branches: [
            {
              contact: uri('carol'),
              headers: [
                'Diversion: "Sales | Berlin, \\"x\\"" <sip:bob@example.com>;reason=away',
                'X-To: carol',
              ],
            },
            {
              contact: uri('dave'),
              headers: ['X-To: dave'],
              assertedIdentity: '<sip:+4930123456@example.com>',
            },
          ],
        }),
      [
        'Diversion: <sip:zoe@example.com>;reason=user-busy',
        'P-Asserted-Identity: <sip:+15005550100@example.net>',
      ],
    );
    expect(final).toMatch(/^SIP\/2\.0 200 /);
    const [carol = '', dave = ''] = [phone.carol?.invites[0], phone.dave?.invites[0]];
    expect([lines(carol, 'x-to'), lines(dave, 'x-to')]).toEqual([['carol'], ['dave']]);
    expect(lines(carol, 'diversion')).toEqual([
      '"Sales | Berlin, \\"x\\"" <sip:bob@example.com>;reason=away',
    ]);
    expect(lines(dave, 'diversion')).toEqual(['<sip:zoe@example.com>;reason=user-busy']);
    expect(lines(carol, 'p-asserted-identity')).toEqual(['<sip:+15005550100@example.net>']);
    expect(lines(dave, 'p-asserted-identity')).toEqual(['<sip:+4930123456@example.com>']);
    expect(phone.dave?.cancelled.size).toBe(1);
    expect([...asked('carol'), ...asked('dave')]).toEqual([]);
  });

  test.concurrent('the called user rings with them, unasked', async () => {
    const { final, phone } = await play({ bob: ANSWERS, carol: RINGS }, (uri) =>
      follow({ branches: [{ self: true }, { contact: uri('carol') }] }),
    );
    expect(final).toMatch(/^SIP\/2\.0 200 /);
    expect([phone.bob?.invites.length, phone.carol?.invites.length]).toEqual([1, 1]);
    expect(phone.carol?.cancelled.size).toBe(1);
  });

  test.concurrent('one who is not there keeps no other from ringing', async () => {
    const { final, phone } = await play({ carol: ANSWERS }, (uri) =>
      follow({ branches: [{ self: true }, { contact: uri('carol') }, { contact: uri('dave') }] }),
    );
    expect(final).toMatch(/^SIP\/2\.0 200 /);
    expect(phone.carol?.invites).toHaveLength(1);
  });

  test.concurrent('a leg of one target is a call of its own, and gives way after its time', async () => {
    const { final, phone, asked, users } = await play({ carol: RINGS, dave: ANSWERS }, (uri) =>
      follow(
        { ringSeconds: 2, branches: [{ contact: uri('carol') }] },
        { branches: [{ contact: uri('dave') }] },
      ),
    );
    expect(final).toMatch(/^SIP\/2\.0 200 /);
    expect(phone.carol?.cancelled.size).toBe(1);
    expect([...asked('carol'), ...asked('dave')].map(({ requestUri }) => requestUri)).toEqual([
      users.carol,
      users.dave,
    ]);
  });

  test.concurrent('where all have failed, the caller gets the best of what they said', async () => {
    const { final } = await play({ carol: BUSY }, (uri) =>
      follow(
        { branches: [{ contact: uri('carol') }] },
        { branches: [{ contact: uri('dave') }, { self: true }] },
      ),
    );
    expect(final).toMatch(/^SIP\/2\.0 486 /);
  });

  test.concurrent('a 6xx ends it', async () => {
    const { final, phone } = await play(
      { carol: [{ line: '603 Decline' }], dave: ANSWERS },
      (uri) =>
        follow({ branches: [{ contact: uri('carol') }] }, { branches: [{ contact: uri('dave') }] }),
    );
    expect(final).toMatch(/^SIP\/2\.0 603 /);
    expect(phone.dave?.invites).toEqual([]);
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
