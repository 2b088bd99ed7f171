/** CANCEL, crossings, several phones, and what else goes wrong between two messages. */
import { CANCELLED, cancelled, RINGS } from './basic-calls.ts';
import type { Scenario, Users } from './scenario.ts';
import {
  ackFailure,
  answer,
  cancel,
  expect,
  invite,
  ok,
  pause,
  reply,
  ringing,
  trying,
} from './sipp.ts';
import {
  answering,
  callAndFollow,
  conversation,
  DIVERTED,
  letThrough,
  onOutcome,
  refused,
  refusing,
  to,
} from './steps.ts';

const BRANCH = 'z9hG4bK-[pid]-[call_number]-once';
const BOTH_RING = ['P>B INVITE bob', 'P>D INVITE bob'];

/** A hangs up after this; `first` is what then comes first, the CANCEL's own 200 or the INVITE's 487. */
const hangsUp = (uri: string, after: readonly string[], first: 200 | 487) => {
  const call = { uri, branch: BRANCH };
  const end = [reply(487), ackFailure(call)];
  return [
    invite(call),
    ...after,
    cancel(call),
    ...(first === 487 ? [...end, reply(200)] : [reply(200), ...end]),
    pause(1200),
  ];
};
const HUNG_UP = ['P>A 200 CANCEL', 'P>A 487', 'A>P ACK'];

export const HARD_CALLS: Record<string, (users: Users) => Scenario> = {
  'a retransmitted INVITE is decided once': ({ bob, carol }) => ({
    a: [
      invite({ uri: bob, branch: BRANCH }),
      trying(),
      pause(100),
      invite({ uri: bob, branch: BRANCH }),
      reply(302),
      ackFailure({ uri: bob }),
    ],
    divert: () => ({ ...to(carol), after: 400 }),
    ladder: ['A>P INVITE bob', 'P>A 302', 'A>P ACK'],
    asked: ['-'],
  }),
  'A hangs up while Divert is asked': ({ bob, carol }) => ({
    a: hangsUp(bob, [trying(), pause(200)], 487),
    divert: () => ({ ...to(carol), after: 700 }),
    ladder: ['A>P INVITE bob', 'A>P CANCEL', HUNG_UP],
    asked: ['-'],
  }),
  'A hangs up while Divert is asked how the call ended': ({ bob, carol }) => ({
    a: hangsUp(bob, [trying(), pause(400)], 487),
    b: [refusing(486)],
    divert: onOutcome({ ...to(carol), after: 900 }),
    ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 486', 'P>B ACK', 'A>P CANCEL', HUNG_UP],
    asked: ['-', '486'],
  }),
  'A hangs up while B rings': ({ bob, carol }) => ({
    a: hangsUp(bob, [reply(180), pause(200)], 200),
    b: [cancelled()],
    divert: onOutcome(to(carol), 5),
    ladder: ['A>P INVITE bob', ...RINGS, 'A>P CANCEL', [...CANCELLED, ...HUNG_UP]],
    asked: ['-'],
  }),
  'A hangs up while Divert is asked and B rings': ({ bob, carol }) => ({
    a: hangsUp(bob, [reply(180), pause(2500)], 200),
    b: [cancelled()],
    divert: onOutcome({ ...to(carol), after: 900 }, 2),
    ladder: ['A>P INVITE bob', ...RINGS, 'A>P CANCEL', [...CANCELLED, ...HUNG_UP]],
    asked: ['-', '408+'],
  }),
  "A's CANCEL crosses the 302": ({ bob, carol }) => ({
    a: [
      invite({ uri: bob, branch: BRANCH }),
      reply(302),
      cancel({ uri: bob, branch: BRANCH }),
      reply(200),
      ackFailure({ uri: bob }),
    ],
    divert: () => to(carol),
    ladder: ['A>P INVITE bob', 'P>A 302', 'A>P CANCEL', 'P>A 200 CANCEL', 'A>P ACK'],
    asked: ['-'],
  }),
  "B's 200 crosses the CANCEL of the ring timer: the call connects": ({ bob, carol }) => ({
    a: conversation({ uri: bob }),
    b: [[ringing(), answer(180), expect('CANCEL'), ok(), answer(200), expect('ACK')]],
    divert: onOutcome(to(carol), 2),
    ladder: [
      'A>P INVITE bob',
      ...RINGS,
      'P>B CANCEL',
      'B>P 200 CANCEL',
      'B>P 200',
      'P>A 200',
      'A>P ACK',
      'P>B ACK',
    ],
    asked: ['-', '408+'],
  }),
  'B answers while Divert is asked: the call connects': ({ bob, carol }) => ({
    a: conversation({ uri: bob }),
    b: [[ringing(), answer(180), pause(2600), answer(200), expect('ACK')]],
    divert: onOutcome({ ...to(carol), after: 900 }, 2),
    ladder: ['A>P INVITE bob', ...RINGS, 'B>P 200', 'P>A 200', 'A>P ACK', 'P>B ACK'],
    asked: ['-', '408+'],
  }),
  'B never answers to the CANCEL: A has the 302 after 2 s': ({ bob, carol }) => ({
    a: callAndFollow(bob, 'new Call-ID', [180]),
    b: [[ringing(), answer(180), expect('CANCEL'), ok(), expect('ACK')]],
    c: answering(),
    divert: onOutcome(to(carol), 2),
    ladder: ['A>P INVITE bob', ...RINGS, 'P>B CANCEL', 'B>P 200 CANCEL', 'P>B ACK', ...DIVERTED],
    asked: ['-', '408+'],
  }),
  'the ring timer runs out and Divert says continue: B rings on and answers': ({ bob }) => ({
    a: conversation({ uri: bob }),
    b: [[ringing(), answer(180), pause(4000), answer(200), expect('ACK')]],
    divert: onOutcome(letThrough, 2),
    ladder: ['A>P INVITE bob', ...RINGS, 'B>P 200', 'P>A 200', 'A>P ACK', 'P>B ACK'],
    asked: ['-', '408+'],
  }),
  'the ring timer runs out and Divert fails: B rings on, is busy, and nobody asks again': ({
    bob,
  }) => ({
    a: refused(bob, 486, [180]),
    b: [[ringing(), answer(180), pause(4000), answer(486), expect('ACK')]],
    divert: onOutcome({ status: 500 }, 2),
    ladder: ['A>P INVITE bob', ...RINGS, 'B>P 486', 'P>B ACK', 'P>A 486', 'A>P ACK'],
    asked: ['-', '408+'],
  }),
  'the ring timer runs out and Divert rejects': ({ bob }) => ({
    a: refused(bob, 603, [180]),
    b: [cancelled()],
    divert: onOutcome({ json: { action: 'reject', status: 603, reason: 'Decline' } }, 2),
    ladder: ['A>P INVITE bob', ...RINGS, ...CANCELLED, 'P>A 603', 'A>P ACK'],
    asked: ['-', '408+'],
  }),
  'two phones: one is busy, the other answers': ({ bob, carol }) => ({
    a: conversation({ uri: bob }),
    b: [
      refusing(486, { after: 200 }),
      [ringing(), pause(1500), answer(180), pause(300), answer(200), expect('ACK')],
    ],
    divert: onOutcome(to(carol)),
    ladder: [
      'A>P INVITE bob',
      BOTH_RING,
      [
        ['B>P 486', 'P>B ACK'],
        ['D>P 180', 'P>A 180', 'D>P 200', 'P>A 200', 'A>P ACK', 'P>D ACK'],
      ],
    ],
    asked: ['-'],
  }),
  'two phones: one is busy, the other rings until the ring timer': ({ bob, carol }) => ({
    a: callAndFollow(bob, 'new Call-ID', [180]),
    b: [
      refusing(486, { after: 200 }),
      [ringing(), pause(600), answer(180), expect('CANCEL'), ok(), answer(487), expect('ACK')],
    ],
    c: answering(),
    divert: onOutcome(to(carol), 2),
    ladder: [
      'A>P INVITE bob',
      BOTH_RING,
      [
        ['B>P 486', 'P>B ACK'],
        ['D>P 180', 'P>A 180', 'P>D CANCEL', 'D>P 200 CANCEL', 'D>P 487', 'P>D ACK'],
      ],
      ...DIVERTED,
    ],
    asked: ['-', '408+'],
  }),
  'two phones: one sends a 302 while the other rings, and that counts when both have ended': ({
    bob,
    carol,
  }) => ({
    a: callAndFollow(bob, 'new Call-ID', [180]),
    b: [
      refusing(302, { after: 200, lines: [`Contact: <${carol}>`] }),
      [ringing(), pause(600), answer(180), pause(400), answer(480), expect('ACK')],
    ],
    c: answering(),
    divert: onOutcome(to(carol), 5),
    ladder: [
      'A>P INVITE bob',
      BOTH_RING,
      [
        ['B>P 302', 'P>B ACK'],
        ['D>P 180', 'P>A 180', 'D>P 480', 'P>D ACK'],
      ],
      ...DIVERTED,
    ],
    asked: ['-', '302+'],
  }),
  'two phones: 404 and busy are busy': ({ bob }) => ({
    a: refused(bob, 486),
    b: [refusing(404, { after: 200 }), [ringing(), pause(600), answer(486), expect('ACK')]],
    divert: onOutcome(letThrough),
    ladder: [
      'A>P INVITE bob',
      BOTH_RING,
      [
        ['B>P 404', 'P>B ACK'],
        ['D>P 486', 'P>D ACK'],
      ],
      'P>A 486',
      'A>P ACK',
    ],
    asked: ['-', '486'],
  }),
  'two phones: a 6xx of one ends the call at once': ({ bob, carol }) => ({
    a: callAndFollow(bob, 'new Call-ID', [180]),
    b: [[ringing(), pause(1500), answer(600), expect('ACK')], cancelled()],
    c: answering(),
    divert: onOutcome(to(carol), 20),
    ladder: [
      'A>P INVITE bob',
      BOTH_RING,
      [
        ['D>P 180', 'P>A 180', 'P>D CANCEL', 'D>P 200 CANCEL', 'D>P 487', 'P>D ACK'],
        ['B>P 600', 'P>B ACK'],
      ],
      ...DIVERTED,
    ],
    asked: ['-', '600+'],
  }),
  'what B says goes to A where Divert lets it': ({ bob }) => ({
    a: refused(bob, 480, [180]),
    b: [refusing(480, { rings: true, lines: ['Retry-After: 60', 'Warning: 399 b "Back soon"'] })],
    divert: onOutcome(letThrough),
    ladder: ['A>P INVITE bob', ...RINGS, 'B>P 480', 'P>B ACK', 'P>A 480', 'A>P ACK'],
    asked: ['-', '480+'],
  }),
  'B declines the media: not for Divert': ({ bob }) => ({
    a: refused(bob, 488),
    b: [refusing(488)],
    divert: () => letThrough,
    ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 488', 'P>B ACK', 'P>A 488', 'A>P ACK'],
    asked: ['-'],
  }),
};
