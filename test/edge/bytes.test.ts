/**
 * Messages as phones and networks really send them, to the byte: what the edge asks about them, and what it
 * tells the others.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RouteRequest } from '../../functions/decide/decision.ts';
import { NAME_OF_OURS, OWN_CONTACTS, TOLL_SHAPES } from './own-contacts.ts';
import { freePort } from './ports.ts';
import { finalOf, lines, type RawAnswer, type RawCall, RawPhone, rawCall } from './raw.ts';
import { Bench, userOf } from './scenario.ts';
import { letThrough, onOutcome, to } from './steps.ts';
import { waysToAsk } from './ways.ts';
import type { Script } from './webhook.ts';

const headersOf = (question: RouteRequest | undefined, name: string) =>
  [question?.headers?.[name] ?? []].flat();

/** RFC 3261 §7.3.1, §20.42: the Vias of a response as its sender may write them. */
const VIAS: Record<string, NonNullable<RawAnswer['vias']>> = {
  folded: ([own = '', ...rest]) =>
    [`Via: ${own.replace(';branch', '\r\n ;branch')}`, ...rest.map((v) => `Via: ${v}`)].join(
      '\r\n',
    ),
  'joined by commas': (vias) => `Via: ${vias.join(', ')}`,
  'with spaces': ([own = '', ...rest]) =>
    [`Via: ${own.replace(';branch=', ' ; branch = ')}`, ...rest.map((v) => `Via: ${v}`)].join(
      '\r\n',
    ),
  'with another parameter that ends like it': ([own = '', ...rest]) =>
    [`Via: ${own};x-branch=z9hG4bKother`, ...rest.map((v) => `Via: ${v}`)].join('\r\n'),
  'in compact form': (vias) => `v: ${vias.join(',')}`,
};

describe.each(waysToAsk())('asking with %s', (way) => {
  let bench: Bench;
  let down: Bench;
  beforeAll(async () => {
    [bench, down] = await Promise.all([
      Bench.start({ EDGE_CLIENT: way }),
      Bench.start({ EDGE_CLIENT: way, DIVERT_URL: `http://127.0.0.1:${await freePort()}` }),
    ]);
  });
  afterAll(async () => {
    await bench?.stop();
    await down?.stop();
  });

  /** A call to a bob of its own, whose phone answers so. */
  async function play(
    on: Bench,
    answers: readonly RawAnswer[] | undefined,
    script?: Script,
    call: Partial<RawCall> = {},
  ) {
    const { bob } = on.users();
    if (script) on.webhook.scripts.set(userOf(bob), script);
    const phone = answers && (await RawPhone.start(on.edge, userOf(bob), answers));
    try {
      const responses = await rawCall(on.edge, { uri: bob, ...call });
      return {
        responses,
        final: finalOf(responses),
        invite: phone?.invites[0] ?? '',
        questions: on.webhook.asked(userOf(bob)),
      };
    } finally {
      phone?.stop();
    }
  }

  test.concurrent.each(Object.entries(VIAS))(
    'the ring timer finds its way whatever the Via: %s',
    async (_, vias) => {
      const { final, questions } = await play(
        bench,
        [{ line: '180 Ringing', vias }],
        onOutcome(to('sip:carol@example.com'), 2),
      );
      expect(final).toMatch(/^SIP\/2\.0 302 /);
      expect(questions[1]?.outcome).toMatchObject({ status: 408, ringing: true });
    },
  );

  test.concurrent.each([300, 301, 304, 305, 380, 399])(
    '%i of a phone is its own diversion',
    async (status) => {
      const answers = [
        { line: `${status} Elsewhere`, headers: ['Contact: <sip:+4990012345@evil.example>'] },
      ];
      const judged = await play(bench, answers, onOutcome(to('sip:carol@example.com')));
      expect(judged.questions[1]?.outcome).toMatchObject({
        status,
        contacts: ['<sip:+4990012345@evil.example>'],
      });
      expect(lines(judged.final, 'contact')).toEqual([
        '<sip:carol@example.com;cause=302>;q=1.0;mp=1',
      ]);
      const unjudged = await play(bench, answers, onOutcome(letThrough));
      expect(unjudged.final).toMatch(/^SIP\/2\.0 480 /);
      expect(unjudged.final).not.toContain('evil');
    },
  );

  test.concurrent.each(OWN_CONTACTS)(
    'without Divert, of a 302 with %s goes out what names a user',
    async (_, contacts, told) => {
      const headers = contacts.map((value) => `Contact: ${value}`);
      const { final } = await play(down, [{ line: '302 Moved', headers }]);
      expect(lines(final, 'contact')).toEqual(told);
      expect(final).toMatch(told.length > 0 ? /^SIP\/2\.0 302 / : /^SIP\/2\.0 480 /);
    },
  );

  test('without Divert, no shape of a number goes out', async () => {
    for (const shapes of TOLL_SHAPES) {
      const headers = shapes.map((contact) => `Contact: ${contact}`);
      const { final } = await play(down, [{ line: '302 Moved', headers }]);
      for (const contact of lines(final, 'contact')) expect(contact).toMatch(NAME_OF_OURS);
    }
  }, 60_000);

  test.concurrent('bytes that are no UTF-8 cost nothing but themselves', async () => {
    const asserted = 'P-Asserted-Identity: "J\xfcrgen \xc3\xa4" <sip:+4930123456@example.com>';
    const { questions, final } = await play(
      bench,
      [
        {
          line: '302 Moved',
          headers: [
            'Contact: "M\xfcller" <sip:carol@example.com>',
            'Diversion: "M\xfcller" <sip:bob@example.com>;reason=user-busy',
          ],
        },
      ],
      onOutcome(to('sip:carol@example.com')),
      {
        from: '"J\xfcrgen" <sip:x@example.net>',
        headers: [
          asserted,
          'Diversion: "\xff" <sip:zoe@example.com>;reason=away',
          'User-Agent: \xfcber \xfc',
        ],
      },
    );
    expect(final).toMatch(/^SIP\/2\.0 302 /);
    expect(questions[0]?.from).toBe('"J?rgen" <sip:x@example.net>;tag=a');
    expect(headersOf(questions[0], 'P-Asserted-Identity')).toEqual([
      '"J?rgen ä" <sip:+4930123456@example.com>',
    ]);
    expect(headersOf(questions[0], 'User-Agent')).toEqual(['?ber ?']);
    expect(headersOf(questions[0], 'Diversion')).toEqual(['"?" <sip:zoe@example.com>;reason=away']);
    expect(questions[1]?.outcome?.contacts).toEqual(['"M?ller" <sip:carol@example.com>']);
    expect([questions[1]?.outcome?.headers?.Diversion].flat()).toEqual([
      '"M?ller" <sip:bob@example.com>;reason=user-busy',
    ]);
  });

  test.concurrent('one line that is broken spoils no other, and Divert is told all of them', async () => {
    const { questions } = await play(bench, undefined, () => to('sip:carol@example.com'), {
      headers: [
        'Diversion: "open <sip:zoe@example.com>',
        'Diversion: <sip:yan@example.com>;reason=away',
        'User-Agent: Phone/1',
      ],
    });
    expect(headersOf(questions[0], 'Diversion')).toEqual([
      '"open <sip:zoe@example.com>',
      '<sip:yan@example.com>;reason=away',
    ]);
    expect(headersOf(questions[0], 'User-Agent')).toEqual(['Phone/1']);
    expect(questions[0]).toMatchObject({ transport: 'udp', canFollow: true });
  });

  test.concurrent('tells A every line of why B refuses', async () => {
    const said = [
      'Reason: Q.850;cause=17;text="User busy"',
      'Reason: SIP;cause=486;text="Busy, here"',
      'Warning: 399 b "one"',
      'Warning: 399 b "two"',
      'Retry-After: 60',
    ];
    const { final, questions } = await play(
      bench,
      [{ line: '486 Busy Here', headers: said }],
      onOutcome(letThrough),
    );
    expect(lines(final, 'reason')).toEqual(said.slice(0, 2).map((line) => line.slice(8)));
    expect(lines(final, 'warning')).toHaveLength(2);
    expect(lines(final, 'retry-after')).toEqual(['60']);
    expect([questions[1]?.outcome?.headers?.Reason].flat()).toHaveLength(2);
  });

  test.concurrent('a 608 keeps its Call-Info (RFC 8688)', async () => {
    const info = 'Call-Info: <https://block.example.com/redress.json>;purpose=jwscard';
    const { final } = await play(
      bench,
      [{ line: '608 Rejected', headers: [info] }],
      onOutcome(letThrough),
    );
    expect(final).toMatch(/^SIP\/2\.0 608 Rejected/);
    expect(lines(final, 'call-info')).toEqual([info.slice(11)]);
  });

  test.concurrent.each([
    ['Replaces', 'Replaces: 1;to-tag=2;from-tag=3', 'replaces'],
    ['Join', 'Join: 1;to-tag=2;from-tag=3', 'join'],
  ])('with %s a phone has to know it (RFC 3261 §20.32)', async (_, header, option) => {
    const { invite, questions } = await play(bench, [{ line: '420 Bad Extension' }], undefined, {
      headers: [header],
    });
    expect(questions).toEqual([]);
    expect(lines(invite, 'require')).toEqual([option]);
  });

  test.concurrent('nobody calls back in the name of an emergency centre', async () => {
    const { invite, questions } = await play(bench, [{ line: '486 Busy' }], () => letThrough, {
      headers: ['Priority: psap-callback'],
    });
    expect(lines(invite, 'priority')).toEqual([]);
    expect(headersOf(questions[0], 'Priority')).toEqual(['psap-callback']);
  });

  test.concurrent('a route that the caller set beforehand ends here (RFC 3261 §16.4)', async () => {
    const { invite } = await play(bench, [{ line: '486 Busy' }], () => letThrough, {
      headers: [`Route: <sip:127.0.0.1:${bench.edge.port};lr>`],
    });
    expect(lines(invite, 'route')).toEqual([]);
  });

  test.concurrent('a Contact at an IPv6 address goes out', async () => {
    const contacts = [
      '<sip:vm@[2001:db8::9];cause=302>;q=1.0;mp=1',
      '<sip:carol@example.com;alias=[2001:db8::1]~5060~1>;q=0.5',
    ];
    const { final } = await play(bench, undefined, () => to(contacts));
    expect(lines(final, 'contact')).toEqual(contacts);
  });

  test.concurrent('a Contact with a raw hash does not', async () => {
    const { final } = await play(bench, undefined, () =>
      to(['<sip:a#b@example.com>', '<sip:carol@example.com>']),
    );
    expect(lines(final, 'contact')).toEqual(['<sip:carol@example.com>']);
  });

  test.concurrent.each([4_000, 9_000, 20_000])('a header of %i bytes arrives', async (length) => {
    const value = `<sip:zoe@example.com>;reason=away;x=${'y'.repeat(length)}`;
    const { questions } = await play(bench, undefined, () => to('sip:carol@example.com'), {
      headers: [`Diversion: ${value}`],
    });
    expect(headersOf(questions[0], 'Diversion')).toEqual([value]);
  });

  test('long questions and useless answers are no failure of Divert', async () => {
    for (let n = 0; n < 7; n++) {
      const { questions } = await play(bench, undefined, () => to('sip:carol@example.com'), {
        headers: [`Diversion: <sip:zoe@example.com>;x=${'y'.repeat(30_000)}`, 'Privacy: id'],
      });
      expect(headersOf(questions[0], 'Privacy')).toEqual(['id']);
      await play(bench, [{ line: '486 Busy' }], () => to(['<tel:+4930123456>']));
    }
    const { final } = await play(bench, undefined, () => to('sip:carol@example.com'));
    expect(final).toMatch(/^SIP\/2\.0 302 /);
    expect(bench.edge.log).toContain('Divert is not told Diversion of this call');
  });

  test('logs no error', () => {
    expect(bench.edge.complaints.filter((line) => !line.includes('is not told'))).toEqual([]);
  });
});
