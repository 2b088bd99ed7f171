import { expect, test } from 'vitest';
import type { Hop } from '../../functions/explain/follow.ts';
import { explanationText } from '../../infra/cli/explain-text.ts';

const request = {
  ...{ callId: '1', requestUri: 'sip:bob@example.com', from: '<sip:alice@example.com>;tag=1' },
  to: '<sip:bob@example.com>',
};
const decision = { action: 'continue', decisionId: '1' } as const;

/** What people read of an explanation, without the ladder. */
const lines = (hop: Partial<Hop>) =>
  explanationText(request, { decision, considered: [], dropped: [], ...hop }, 'edge', (_, t) => t)
    .split('\n\n')[0]
    ?.split('\n')
    .slice(1)
    .map((line) => line.trim());

const schedule = { condition: 'schedule', value: 'office', held: false };
const seen = (condition: object): Partial<Hop> => ({
  timezone: 'Europe/Berlin',
  considered: [
    { rule: 'r', layer: 'subscriber', held: false, conditions: [condition as typeof schedule] },
  ],
});

test.each<[hop: Partial<Hop>, text: string[]]>([
  [
    { called: { dialled: 'bbob', nearest: 'bob' } },
    ["'bbob' is no subscriber, did you mean 'bob'?"],
  ],
  [{ called: { dialled: 'bbob' } }, ["'bbob' is no subscriber"]],
  [
    { at: '2026-11-27T13:00:00+01:00', timezone: 'Europe/Berlin' },
    ['At Fri 2026-11-27 13:00:00 Europe/Berlin'],
  ],
  [
    {
      ...{ called: { dialled: '1002', user: 'bob' }, timezone: 'Asia/Tokyo' },
      rules: {
        policy: { version: 7 },
        subscriber: { version: 3, since: '2026-11-20T09:30:00Z', who: 'ann', from: 'cli' },
      },
    },
    [
      'Rules of bob: version 3, since Fri 2026-11-20 18:30:00 Asia/Tokyo by ann (cli)',
      'Rules of the domain: version 7',
    ],
  ],
  [
    { before: { action: 'redirect', status: 302, rule: 'leave', layer: 'subscriber' } },
    ['The INVITE is decided already: redirect 302 by rule leave, so that the phone would not ring'],
  ],
  [
    seen({ condition: 'until', value: '2026-12-24T00:00:00+01:00', held: true }),
    ['Rules, in order:', '✗ subscriber: r (until Thu 2026-12-24 00:00:00 Europe/Berlin)'],
  ],
  [
    seen({
      ...schedule,
      missed: [
        [
          { part: 'days', value: 'mon-fri' },
          { part: 'hours', value: '08:00-18:00' },
        ],
        [{ part: 'on', value: 'fairs' }],
        [{ part: 'except', value: 'holidays' }],
      ],
    }),
    [
      'Rules, in order:',
      '✗ subscriber: r (schedule office: no, outside its days mon-fri and outside its hours 08:00-18:00 / not on fairs / on holidays, which it excepts)',
    ],
  ],
  [
    { dropped: [{ target: 'sip:alice@example.com', why: 'caller' }] },
    ['Targets not used:', '✗ sip:alice@example.com: is the caller'],
  ],
])('%j', (hop, text) => {
  expect(lines(hop)).toEqual(text);
});
