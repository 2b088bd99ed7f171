/** FOLLOW_FOR: the edge follows a 302 for a caller that does not, such as a carrier's trunk. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CANCELLED, cancelled, RINGS } from './basic-calls.ts';
import { values } from './ladder.ts';
import { Bench, found, outcomes, type Scenario, type Users, userOf } from './scenario.ts';
import { inCall, invite, reply } from './sipp.ts';
import { answering, conversation, letThrough, onOutcome, refused, refusing, to } from './steps.ts';
import { waysToAsk } from './ways.ts';
import type { Script } from './webhook.ts';

const DIVERSION = '<sip:bob@example.com>;reason=user-busy;counter=1';
const toCarol = (uri: string) =>
  to([`<${uri};cause=486;dv=token>;q=1.0;mp=1`], [`Diversion: ${DIVERSION}`]);
const ANSWERED = ['C>P 180', 'P>A 180', 'C>P 200', 'P>A 200', 'A>P ACK', 'P>C ACK'];
/** Nobody is registered there. */
const NOWHERE = 'sip:nowhere@example.com';

interface Followed {
  readonly scenario: (users: Users) => Scenario;
  /** What Divert says to calls for dave, where one comes. */
  readonly dave?: (users: Users) => Script;
}

const CALLS: Record<string, Followed> = {
  'a 302 to the INVITE': {
    scenario: ({ bob, carol }) => ({
      a: conversation({ uri: bob }),
      c: answering(),
      divert: () => toCarol(carol),
      ladder: ['A>P INVITE bob', 'P>C INVITE carol', ...ANSWERED],
    }),
  },
  'a busy phone': {
    scenario: ({ bob, carol }) => ({
      a: conversation({ uri: bob }),
      b: [refusing(486)],
      c: answering(),
      divert: onOutcome(toCarol(carol)),
      ladder: [
        'A>P INVITE bob',
        'P>B INVITE bob',
        'B>P 486',
        'P>B ACK',
        'P>C INVITE carol',
        ...ANSWERED,
      ],
    }),
  },
  'the ring timer': {
    scenario: ({ bob, carol }) => ({
      // B rings, then C does.
      a: [invite({ uri: bob }), reply(180), reply(180), reply(200), inCall('ACK')],
      b: [cancelled()],
      c: answering(),
      divert: onOutcome(toCarol(carol), 2),
      ladder: ['A>P INVITE bob', ...RINGS, ...CANCELLED, 'P>C INVITE carol', ...ANSWERED],
    }),
  },
  'the next Contact where the first is not there': {
    scenario: ({ bob, carol }) => ({
      a: conversation({ uri: bob }),
      c: answering(),
      divert: () => to([`<${NOWHERE}>;q=1.0`, `<${carol}>;q=0.5`], [`Diversion: ${DIVERSION}`]),
      ladder: ['A>P INVITE bob', 'P>C INVITE carol', ...ANSWERED],
    }),
  },
  'a target that is diverted itself': {
    scenario: ({ bob, dave }) => ({
      a: conversation({ uri: bob }),
      c: answering(),
      divert: () => to(dave),
      ladder: ['A>P INVITE bob', 'P>C INVITE carol', ...ANSWERED],
    }),
    dave:
      ({ carol }) =>
      () =>
        toCarol(carol),
  },
  'no target that answers': {
    scenario: ({ bob }) => ({
      a: refused(bob, 404),
      divert: () => to([`<${NOWHERE}>;q=1.0`, `<${NOWHERE};x=1>;q=0.5`]),
      ladder: ['A>P INVITE bob', 'P>A 404', 'A>P ACK'],
    }),
  },
  'a circle, up to its limit': {
    scenario: ({ bob, dave }) => ({
      a: refused(bob, 480),
      divert: () => to(dave),
      ladder: ['A>P INVITE bob', 'P>A 480', 'A>P ACK'],
    }),
    dave:
      ({ bob }) =>
      () =>
        to(bob),
  },
  'nothing where Divert lets the call through': {
    scenario: ({ bob }) => ({
      a: refused(bob, 486),
      b: [refusing(486)],
      divert: () => letThrough,
      ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 486', 'P>B ACK', 'P>A 486', 'A>P ACK'],
    }),
  },
};

describe.each(waysToAsk())('asking with %s, the edge follows', (way) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way, FOLLOW_FOR: '192.0.2.1, 127.0.0.1' });
  });
  afterAll(() => bench?.stop());

  test.concurrent.each(Object.entries(CALLS))('%s', async (_, { scenario, dave }) => {
    const users = bench.users();
    if (dave) bench.webhook.scripts.set(userOf(users.dave), dave(users));
    const call = scenario(users);
    const { lines, failures, messages } = await bench.run(users, call);
    expect(lines).toEqual(call.ladder);
    expect(failures).toEqual([]);
    const onward = messages.find(({ line }) => line.startsWith('P>C INVITE'));
    if (!onward) return;
    // Divert is asked about the target, and the new leg says why it was called.
    const asked = found(bench.webhook.asked(userOf(users.carol))[0]);
    expect(asked.headers?.Diversion).toEqual([DIVERSION]);
    expect(values(onward, 'Diversion')).toEqual([DIVERSION]);
    expect(onward.text.split('\r\n')[0]).not.toContain('dv=');
    expect(outcomes([asked])).toEqual(['-']);
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});
