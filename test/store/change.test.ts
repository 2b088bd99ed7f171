import { describe, expect, test } from 'vitest';
import { changeIn, type Image } from '../../functions/store/change.ts';
import {
  forgottenHistory,
  peerHistory,
  policyHistory,
  rememberedBy,
  routeKey,
  subscriberHistory,
  switchesHistory,
  TOKEN_HISTORY,
} from '../../functions/store/keys.ts';

/** docs/events.md: what a new entry of a history tells. */

const entry = (pk: string, more: Image = {}): Image => ({
  pk: { S: pk },
  version: { N: '3' },
  at: { S: '2026-11-28T10:00:00.000Z' },
  who: { S: 'ada' },
  from: { S: '192.0.2.7' },
  action: { S: 'put' },
  ...more,
});
const told = { version: 3, at: '2026-11-28T10:00:00.000Z', who: 'ada', action: 'put' };

test.each([
  [policyHistory('a.example'), { kind: 'policy', domain: 'a.example' }],
  [subscriberHistory('a.example', 'bob'), { kind: 'subscriber', domain: 'a.example', user: 'bob' }],
  // Names may hold what separates keys; domains may not, and are in lower case.
  [
    subscriberHistory('a.example', '*21#'),
    { kind: 'subscriber', domain: 'a.example', user: '*21#' },
  ],
  [subscriberHistory('token', 'bob'), { kind: 'subscriber', domain: 'token', user: 'bob' }],
  [subscriberHistory('peers', 'x'), { kind: 'subscriber', domain: 'peers', user: 'x' }],
  [policyHistory('token'), { kind: 'policy', domain: 'token' }],
  [peerHistory('edge#1'), { kind: 'peer', peer: 'edge#1' }],
  [switchesHistory('a.example'), { kind: 'switches', domain: 'a.example' }],
  [forgottenHistory('a.example'), { kind: 'forgotten', domain: 'a.example' }],
  [TOKEN_HISTORY, { kind: 'token' }],
])('%s', (pk, of) => {
  expect(rememberedBy(pk)).toEqual(of);
  expect(changeIn(entry(pk))).toEqual({ ...of, ...told });
});

test.each([routeKey('a.example', 'bob').pk, 'POLICY#a.example', 'SEARCH', ''])(
  '%s is nobody’s history',
  (pk) => {
    expect(rememberedBy(pk)).toBeUndefined();
    expect(changeIn(entry(pk))).toBeUndefined();
  },
);

const BOB = subscriberHistory('a.example', 'bob');

test('phone settings alone, and a removal', () => {
  expect(changeIn(entry(BOB, { part: { S: 'phone' } }))).toMatchObject({
    kind: 'phone',
    user: 'bob',
  });
  expect(changeIn(entry(BOB, { action: { S: 'delete' } }))).toMatchObject({ action: 'delete' });
});

test('a copy tells nothing', () => {
  expect(changeIn(entry(BOB, { copied: { BOOL: true } }))).toBeUndefined();
});

describe('an entry that is none of ours', () => {
  test.each([
    ['version', {}],
    ['version', { N: '0' }],
    ['version', { S: '3' }],
    ['at', {}],
    ['at', { S: 'yesterday' }],
    ['who', {}],
  ])('%s %j', (name, value) => {
    expect(() => changeIn(entry(BOB, { [name]: value }))).toThrow(TypeError);
  });
});
