import { expect, test } from 'vitest';
import { domainOf, parseCall } from '../../functions/decide/call.ts';
import { plainPeer } from '../../functions/decide/call-context.ts';

const peer = {
  ...plainPeer('edge', ['example.com', 'example.net']),
  hosts: ['192.0.2.10', 'sbc.example.com'],
};

/** docs/semantics.md#peer-domains; RFC 3261 §16.5. */
test.each<[requestUri: string, domain: string | undefined]>([
  ['sip:bob@example.com', 'example.com'],
  ['sip:bob@example.net', 'example.net'],
  ['sips:bob@EXAMPLE.net', 'example.net'],
  ['tel:+49301234567', 'example.com'],
  ['urn:service:sos', 'example.com'],
  ['sip:bob@192.0.2.10', 'example.com'],
  ['sip:bob@sbc.example.com', 'example.com'],
  ['sip:bob@192.0.2.11', undefined],
  ['sip:bob@else.example', undefined],
])('%s is for %s', (requestUri, domain) => {
  const call = parseCall({
    ...{ callId: '1', requestUri, from: '<sip:alice@example.com>;tag=1' },
    to: '<sip:bob@example.com>',
  });
  expect(domainOf(call, peer)).toBe(domain);
});
