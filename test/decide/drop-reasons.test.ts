import { expect, test } from 'vitest';
import { parseCall } from '../../functions/decide/call.ts';
import { decide } from '../../functions/decide/decide.ts';
import { DROP_REASONS, type DropReason } from '../../functions/decide/drop-reason.ts';
import { compile } from '../../functions/rules/compile.ts';
import { TEST_PEER } from './vectors.ts';

const { policy, subscribers } = compile(
  {
    domain: 'example.com',
    country: 'DE',
    targets: { allow: ['@example.com', '+49'], deny: ['+4930'] },
    subscribers: { bob: { aliases: ['1002'] }, carol: {} },
  },
  { now: 0 },
);
const bob = subscribers.find(({ user }) => user === 'bob');

/** What became of the Contacts of bob's own 302, on a call from alice. */
function droppedOf(contacts: string[], headers: Record<string, string> = {}) {
  const trace = { dropped: [] };
  const call = parseCall({
    ...{ callId: '1', requestUri: 'sip:bob@example.com', to: '<sip:bob@example.com>' },
    from: '<sip:alice@example.com>;tag=1',
    headers,
    outcome: { status: 302, ringing: false, contacts },
  });
  decide(call, { peer: TEST_PEER, policy, subscriber: bob, tokenKeys: undefined }, 0, 0, trace);
  return trace.dropped as { target: string; why: DropReason }[];
}

/** docs/semantics.md#drop-reasons; the last Contact is the one that is looked at. */
const ROWS: readonly [why: DropReason, contacts: string[], headers?: Record<string, string>][] = [
  ['emergency', ['<sip:112@example.com>']],
  ['denied', ['<sip:+49301234567@example.com>']],
  ['not-allowed', ['<sip:+431234567@example.com>']],
  ['premium', ['<sip:+499001234567@example.com>']],
  ['invalid-number', ['<sip:+490891234567@example.com>']],
  ['invalid-name', ['<sip:b%26b@example.com>']],
  ['called-user', ['<sip:1002@example.com>']],
  ['caller', ['<sip:alice@example.com>']],
  ['loop', ['<sip:carol@example.com>'], { Diversion: '<sip:carol@example.com>' }],
  ['max-diversions', ['<sip:carol@example.com>'], { Diversion: '<sip:x@example.net>;counter=5' }],
  ['duplicate', ['<sip:carol@example.com>', '<sip:carol@example.com>']],
  ['no-user', ['<sip:example.com>']],
];

test.each(ROWS)('%s: %j %j', (why, contacts, headers) => {
  expect(droppedOf(contacts, headers).map((one) => one.why)).toEqual([why]);
});

test('every reason has its row', () => {
  expect(ROWS.map(([why]) => why)).toEqual([...DROP_REASONS]);
});
