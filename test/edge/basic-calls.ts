/** The reference call, and the same result where the network decides. */
import type { Scenario, Users } from './scenario.ts';
import { answer, expect, ok, pause, ringing } from './sipp.ts';
import {
  answering,
  callAndFollow,
  DIVERTED,
  type Following,
  onOutcome,
  refusing,
  to,
} from './steps.ts';

export const RINGS = ['P>B INVITE bob', 'B>P 180', 'P>A 180'];
export const CANCELLED = ['P>B CANCEL', 'B>P 200 CANCEL', 'B>P 487', 'P>B ACK'];

/** B rings until it is cancelled. */
export const cancelled = (provisional = 180) => [
  ringing(),
  answer(provisional, provisional === 183 ? { sdp: true } : {}),
  expect('CANCEL'),
  ok(),
  answer(487),
  expect('ACK'),
];

const reference =
  (following: Following) =>
  ({ bob, carol }: Users): Scenario => ({
    a: callAndFollow(bob, following, [180]),
    b: [
      [
        ringing(),
        answer(180),
        pause(300),
        answer(302, { lines: [`Contact: <${carol}>`] }),
        expect('ACK'),
      ],
    ],
    c: answering(),
    divert: onOutcome(to(carol)),
    ladder: ['A>P INVITE bob', ...RINGS, 'B>P 302', 'P>B ACK', ...DIVERTED],
    asked: ['-', '302+'],
  });

const calls = (following: Following): Record<string, (users: Users) => Scenario> => ({
  [`reference call F1-F16, B's phone decides, ${following}`]: reference(following),
  [`always, ${following}`]: ({ bob, carol }) => ({
    a: callAndFollow(bob, following),
    b: [],
    c: answering(),
    divert: () => to(carol),
    ladder: ['A>P INVITE bob', ...DIVERTED],
    asked: ['-'],
  }),
  [`busy, ${following}`]: ({ bob, carol }) => ({
    a: callAndFollow(bob, following),
    b: [refusing(486)],
    c: answering(),
    divert: onOutcome(to(carol)),
    ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 486', 'P>B ACK', ...DIVERTED],
    asked: ['-', '486'],
  }),
  [`no answer, ${following}`]: ({ bob, carol }) => ({
    a: callAndFollow(bob, following, [180]),
    b: [cancelled()],
    c: answering(),
    divert: onOutcome(to(carol), 2),
    ladder: ['A>P INVITE bob', ...RINGS, ...CANCELLED, ...DIVERTED],
    asked: ['-', '408+'],
  }),
  [`not registered, ${following}`]: ({ bob, carol }) => ({
    a: callAndFollow(bob, following),
    c: answering(),
    divert: onOutcome(to(carol)),
    ladder: ['A>P INVITE bob', ...DIVERTED],
    asked: ['-', '404'],
  }),
  [`silent phone, ${following}`]: ({ bob, carol }) => ({
    a: callAndFollow(bob, following),
    b: [[ringing(), pause(6500)]],
    c: answering(),
    divert: onOutcome(to(carol)),
    ladder: ['A>P INVITE bob', 'P>B INVITE bob', ...DIVERTED],
    asked: ['-', '408'],
  }),
  [`503 before ringing, ${following}`]: ({ bob, carol }) => ({
    a: callAndFollow(bob, following),
    b: [refusing(503)],
    c: answering(),
    divert: onOutcome(to(carol)),
    ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 503', 'P>B ACK', ...DIVERTED],
    asked: ['-', '503'],
  }),
  [`early media, then no answer, ${following}`]: ({ bob, carol }) => ({
    a: callAndFollow(bob, following, [183]),
    b: [cancelled(183)],
    c: answering(),
    divert: onOutcome(to(carol), 2),
    ladder: ['A>P INVITE bob', 'P>B INVITE bob', 'B>P 183', 'P>A 183', ...CANCELLED, ...DIVERTED],
    asked: ['-', '408+'],
  }),
});

export const BASIC_CALLS: Record<string, (users: Users) => Scenario> = {
  ...calls('new Call-ID'),
  ...calls('same Call-ID'),
  'reference call over TCP': (users) => ({
    ...reference('new Call-ID')(users),
    tcp: true,
  }),
};
