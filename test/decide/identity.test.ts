import { describe, expect, test } from 'vitest';
import {
  addressOf,
  contextHost,
  hostOf,
  identitiesOf,
  identityOf,
  type Place,
} from '../../functions/decide/identity.ts';
import { parseUri } from '../../functions/sip/uri.ts';

const plan = { countryCode: '49', international: ['00'], national: '0', lengths: [8, 9, 10, 11] };
const place: Place = { domain: 'example.com', hosts: ['192.0.2.1', 'sbc.example.net'], plan };

/** RFC 3261 §19.1.4, RFC 3966 §5.1.5; docs/semantics.md#aor, #numbers, #phone-context. */
describe('who a URI names', () => {
  test.each([
    ['sip:bob@example.com', 'bob@example.com'],
    ['sip:BOB@example.com', 'bob@example.com'],
    ['sip:bob@192.0.2.1', 'bob@example.com'],
    ['sip:bob@sbc.example.net', 'bob@example.com'],
    ['sip:bob@192.0.2.2', 'bob@192.0.2.2'],
    ['sip:1002@192.0.2.1', '1002@example.com'],
    ['sip:1002@example.net', '1002@example.net'],
    ['sip:030-1234567@example.net', '+49301234567'],
    ['tel:+49-30-1234567', '+49301234567'],
    ['tel:1002', '1002@example.com'],
    ['tel:1002;phone-context=example.net', '1002@example.net'],
    ['tel:0301234567;phone-context=example.net', '0301234567@example.net'],
    ['tel:1002;phone-context=sbc.example.net', '1002@example.com'],
    ['tel:301234567;phone-context=+49', '+49301234567'],
    ['tel:0301234567;phone-context=+49', '+49301234567'],
    ['tel:0301234567;phone-context=+1', '+10301234567'],
    ['sip:1002;phone-context=example.net@example.com', '1002@example.net'],
    ['sip:bob;phone-context=example.net@example.com', 'bob@example.com'],
    ['tel:+49301234567;phone-context=example.net', '+49301234567'],
    ['sip:example.com', undefined],
    ['urn:service:sos', undefined],
  ])('%s: %s', (text, identity) => {
    const uri = parseUri(text);
    if (uri === undefined) throw new Error(`no URI: ${text}`);
    expect(identityOf(uri, place)).toBe(identity);
  });

  test('no plan, no number: digits stay as they are', () => {
    const uri = parseUri('sip:0301234567@example.com');
    expect(uri && identityOf(uri, { ...place, plan: undefined })).toBe('0301234567@example.com');
  });
});

test('a phone-context that is a number names no domain', () => {
  const uri = parseUri('tel:301234567;phone-context=+49');
  expect(uri && uri.scheme !== 'urn' && contextHost(uri)).toBeUndefined();
});

test.each([
  [{ user: 'bob' }, 'sip:bob@example.com'],
  [{ user: 'bob', spelled: 'Bob' }, 'sip:Bob@example.com'],
  [{ user: '+49301234567' }, 'sip:+49301234567@example.com;user=phone'],
])('a subscriber is addressed as the document spells them: %j', (subscriber, address) => {
  expect(addressOf(subscriber, 'example.com')).toBe(address);
});

test('every identity of a subscriber, and the hosts of those that have one', () => {
  const all = identitiesOf({ user: 'bob', aliases: ['+49301234567', '1002'] }, 'example.com');
  expect(all).toEqual(['bob@example.com', '+49301234567', '1002@example.com']);
  expect(all.map(hostOf)).toEqual(['example.com', undefined, 'example.com']);
});
