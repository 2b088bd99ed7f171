/**
 * What the edge makes of an answer: every header and Contact as given, nothing that could break out of
 * its place, and nothing of Divert's own sent on to others.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Packet } from './capture.ts';
import { values } from './ladder.ts';
import { Bench, found, type Result, type Scenario, type Users } from './scenario.ts';
import { ackFailure, inCall, invite, reply } from './sipp.ts';
import { answering, conversation, letThrough, onOutcome, refused, refusing, to } from './steps.ts';
import { waysToAsk } from './ways.ts';
import type { Reply } from './webhook.ts';

const TOKEN = 'AbC-_123.456~!';
const TEN = Array.from(
  { length: 10 },
  (_, i) =>
    `<sip:+4930${i}@example.com;user=phone;cause=302;dv=${TOKEN}${i}${'x'.repeat(80)}>;q=${((10 - i) / 10).toFixed(1)};mp=1`,
);

const find = ({ messages }: Result, line: RegExp): Packet =>
  found(messages.find((m) => line.test(m.line)));

describe.each(waysToAsk())('asking with %s', (way) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way });
  });
  afterAll(() => bench?.stop());

  const run = (describeCall: (users: Users) => Omit<Scenario, 'ladder'>) => {
    const users = bench.users();
    return bench.run(users, { ladder: [], ...describeCall(users) });
  };
  const redirected = (answer: (users: Users) => Reply) =>
    run((users) => ({ a: refused(users.bob, 302), divert: () => answer(users) }));

  test.concurrent('sends every Contact and header of the 302 as it was given, in order', async () => {
    const headers = [
      'Diversion: <sip:bob@example.com>;reason=unconditional;counter=1',
      'Diversion: "Bob, \\"the\\" <boss>" <sip:x@example.com>;reason=user-busy',
      'History-Info: <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1, <sip:carol@example.com;cause=302>;index=1.1;mp=1',
    ];
    const result = await redirected(() => to(TEN, headers));
    const message = find(result, /P>A 302/);
    expect(result.failures).toEqual([]);
    expect(values(message, 'Contact')).toEqual(TEN);
    expect(values(message, 'Diversion')).toEqual(headers.slice(0, 2).map((h) => h.slice(11)));
    expect(values(message, 'History-Info')).toEqual([headers[2]?.slice(14)]);
  });

  test.concurrent('keeps what is not one Contact or one header line out of the message', async () => {
    const result = await redirected(({ carol }) =>
      to(
        [
          `<${carol}>\r\nX-Evil: 1`,
          `<${carol}>, <sip:evil@example.com>`,
          `<${carol}>;q=1.0, <sip:evil@example.com>`,
          `<${carol}><x>`,
          'sip:evil@example.com',
          '<tel:+49900>',
          '<sip:evil@example.com',
          `<${carol}>;q=0.5`,
        ],
        [
          'Diversion: <sip:a@b>\r\nX-Evil: 1',
          'X-Evil: <<',
          'Diversion: "open',
          'Contact: <sip:evil@example.com>',
          'Via: x',
          'no header',
        ],
      ),
    );
    const { text } = find(result, /P>A 302/);
    expect(text).not.toMatch(/evil/i);
    expect(text.match(/^Contact:/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^Diversion:/m);
  });

  test.concurrent('lets the call through where no Contact of a redirect is usable', async () => {
    const { lines, failures } = await run(({ bob }) => ({
      a: conversation({ uri: bob }),
      b: [answering()],
      divert: () => to(['<sip:a@b>\r\nX-Evil: 1']),
    }));
    expect(lines).toContain('P>A 200');
    expect(failures).toEqual([]);
  });

  test.concurrent('rejects with the status, phrase and headers of the answer', async () => {
    const result = await run(({ bob }) => ({
      a: refused(bob, 486),
      divert: () => ({
        json: {
          action: 'reject',
          status: 486,
          reason: 'Do Not Disturb',
          headers: ['Warning: 399 divert "dnd"'],
        },
      }),
    }));
    const message = find(result, /P>A 486/);
    expect(message.text).toMatch(/^SIP\/2\.0 486 Do Not Disturb\r\n/);
    expect(values(message, 'Warning')).toEqual(['399 divert "dnd"']);
  });

  test.concurrent('does not send a phrase with a line break', async () => {
    const result = await run(({ bob }) => ({
      a: refused(bob, 480),
      divert: () => ({ json: { action: 'reject', status: 480, reason: 'No\r\nX-Evil: 1' } }),
    }));
    expect(find(result, /P>A 480/).text).toMatch(/^SIP\/2\.0 480 Temporarily Unavailable\r\n/);
  });

  test.concurrent('shows Divert the token of the Request-URI, and B nothing of it', async () => {
    const result = await run(({ bob }) => ({
      a: conversation({ uri: `${bob};user=phone;dv=${TOKEN};x=1` }),
      b: [answering()],
      divert: () => letThrough,
    }));
    expect(result.failures).toEqual([]);
    expect(result.questions[0]?.requestUri).toContain(`;user=phone;dv=${TOKEN};x=1`);
    expect(find(result, /P>B INVITE/).text.split('\r\n')[0]).not.toContain('dv=');
  });

  test.concurrent('adds the headers of a continue to the INVITE to B', async () => {
    const diversion = 'Diversion: <sip:zoe@example.com>;reason=no-answer;counter=1';
    const result = await run(({ bob }) => ({
      a: conversation({ uri: bob }),
      b: [answering()],
      divert: () => ({
        json: { action: 'continue', headers: [diversion, 'Diversion: x\r\nX-Evil: 1'] },
      }),
    }));
    expect(values(find(result, /P>B INVITE/), 'Diversion')).toEqual([diversion.slice(11)]);
  });

  test.concurrent('tells Divert what it asks for, raw', async () => {
    const { questions } = await run(({ bob, carol }) => ({
      a: [
        invite({
          uri: bob,
          lines: [
            'Diversion: <sip:x@example.com>;reason=user-busy',
            'Diversion: <sip:y@example.com>;reason=no-answer',
            'P-Asserted-Identity: "A" <sip:+4930@example.com>',
            'Privacy: id',
            'Supported: histinfo',
          ],
        }),
        reply(302),
        ackFailure({ uri: bob }),
      ],
      b: [
        refusing(302, {
          lines: [
            `Contact: <${carol}>;q=0.5, <sip:z@example.com>`,
            'Diversion: <sip:b@example.com>;reason=away',
          ],
        }),
      ],
      divert: onOutcome(to(carol)),
    }));
    expect(questions[1]).toMatchObject({
      from: expect.stringMatching(/^"Alice" <sip:alice@example.com>;tag=/),
      sourceAddress: '127.0.0.1',
      headers: {
        Diversion: ['<sip:x@example.com>;reason=user-busy', '<sip:y@example.com>;reason=no-answer'],
        'P-Asserted-Identity': ['"A" <sip:+4930@example.com>'],
        Privacy: ['id'],
        Supported: ['histinfo'],
      },
      outcome: { status: 302, headers: { Diversion: ['<sip:b@example.com>;reason=away'] } },
    });
    expect(questions[1]?.outcome?.contacts?.join(',')).toMatch(/>;q=0\.5, <sip:z@example\.com>$/);
  });

  test.concurrent.each(['Replaces: 1;to-tag=2;from-tag=3', 'Join: 1;to-tag=2;from-tag=3'])(
    'does not ask about an INVITE with %s',
    async (line) => {
      const { questions, failures } = await run(({ bob }) => ({
        a: [invite({ uri: bob, lines: [line] }), reply(180), reply(200), inCall('ACK')],
        b: [answering()],
      }));
      expect(failures).toEqual([]);
      expect(questions).toEqual([]);
    },
  );

  test('keeps two calls of one process apart', async () => {
    for (let round = 0; round < 4; round++) {
      await redirected(() => to(TEN));
      const { lines } = await run(({ bob }) => ({
        a: conversation({ uri: bob }),
        b: [answering()],
        divert: () => letThrough,
      }));
      expect(lines.filter((line) => line.includes('INVITE'))).toEqual([
        'A>P INVITE bob',
        'P>B INVITE bob',
      ]);
    }
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
