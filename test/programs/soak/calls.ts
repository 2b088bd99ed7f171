import { type Asked, KEY } from './gateway.ts';

/** What edges send all day, and what they should not. */
export interface MixedCall {
  readonly name: string;
  /** The n-th of them. */
  readonly asked: (n: number) => Asked;
  readonly statuses: readonly number[];
  /** In the answer. */
  readonly action?: string;
}

const post = (path: string, body: unknown, key = KEY): Asked => ({
  method: 'POST',
  path,
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const call = (n: number, user: string, change: object = {}) => ({
  callId: `${n}@soak`,
  requestUri: `sip:${user}@example.com`,
  from: `"Alice" <sip:alice@example.com>;tag=${n}`,
  to: `<sip:${user}@example.com>`,
  headers: { Diversion: ['<sip:zoe@example.com>;reason=user-busy'] },
  ...change,
});
const outcome = (status: number, more: object = {}) => ({ outcome: { status, ...more } });

export const MIX: readonly MixedCall[] = [
  {
    name: 'continue, and for how long to ring',
    asked: (n) => post('/v1/route', call(n, 'bob')),
    statuses: [200],
    action: 'continue',
  },
  {
    name: 'redirect when busy',
    asked: (n) => post('/v1/route', call(n, 'bob', outcome(486))),
    statuses: [200],
    action: 'redirect',
  },
  {
    name: 'an outcome without a rule',
    asked: (n) => post('/v1/route', call(n, 'carol', outcome(408, { ringing: true }))),
    statuses: [200],
    action: 'continue',
  },
  {
    name: "a phone's own 302 to a premium number",
    asked: (n) =>
      post('/v1/route', call(n, 'bob', outcome(302, { contacts: [`<tel:+49900${n}>`] }))),
    statuses: [200],
    action: 'reject',
  },
  {
    name: 'a user that nobody has heard of',
    asked: (n) => post('/v1/route', call(n, `nobody-${n}`)),
    statuses: [200],
    action: 'continue',
  },
  {
    name: 'a loop token that is none',
    asked: (n) =>
      post('/v1/route', call(n, 'bob', { requestUri: `sip:bob@example.com;dv=${n}AAAA` })),
    statuses: [200],
  },
  {
    name: 'a wrong key, never the same',
    asked: (n) => post('/v1/route', call(n, 'bob'), `wrong-${n}`),
    statuses: [401],
  },
  { name: 'no JSON', asked: (n) => post('/v1/route', `{"callId":"${n}`), statuses: [400] },
  {
    name: 'another domain',
    asked: (n) => post('/v1/route', call(n, 'bob', { requestUri: `sip:bob@d${n}.example` })),
    statuses: [403],
  },
  {
    name: 'too long',
    asked: (n) => post('/v1/route', call(n, 'bob', { to: 'x'.repeat(70_000) })),
    statuses: [413],
  },
  {
    name: 'Asterisk, by a key in the path',
    asked: (n) => ({
      method: 'POST',
      path: `/v1/route/asterisk/${KEY}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `callee=bob&caller=alice&call_id=${n}&domain=example.com&status=486`,
    }),
    statuses: [200],
  },
  { name: 'explain', asked: (n) => post('/v1/explain', call(n, 'bob')), statuses: [200] },
];

/** The n-th call of the mix: long ones and explanations are rare. */
export function mixed(n: number): MixedCall {
  const common = MIX.length - 3;
  if (n % 50 === 49) return MIX[common + (Math.floor(n / 50) % 3)] as MixedCall;
  return MIX[n % common] as MixedCall;
}
