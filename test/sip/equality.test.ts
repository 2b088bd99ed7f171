import { describe, expect, test } from 'vitest';
import { equalUris } from '../../functions/sip/equality.ts';
import { parseUri } from '../../functions/sip/uri.ts';

function equal(a: string, b: string): boolean {
  const forward = equalUris(parseUri(a), parseUri(b));
  expect(equalUris(parseUri(b), parseUri(a))).toBe(forward);
  return forward;
}

describe('one resource', () => {
  test.each([
    [
      'RFC 3261 §19.1.4',
      'sip:%61lice@atlanta.com;transport=TCP',
      'sip:alice@AtlanTa.CoM;Transport=tcp',
    ],
    ['RFC 3261 §19.1.4', 'sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['RFC 3261 §19.1.4', 'sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    ['RFC 3261 §19.1.4', 'sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'RFC 3261 §19.1.4',
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'RFC 3261 §19.1.4',
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    [
      'names without case, unlike RFC 3261 §19.1.4',
      'sip:ALICE@AtLanTa.CoM;Transport=udp',
      'sip:alice@AtLanTa.CoM;Transport=UDP',
    ],
    ['reserved characters decoded, unlike RFC 3261', 'sip:%2B4930@h', 'sip:+4930@h'],
    ['RFC 5954 §4', 'sip:b@[2001:db8::9:1]', 'sip:b@[2001:DB8:0::9:01]'],
    ['RFC 3966 §4 visual separators', 'tel:+1-201-555-0123', 'tel:+1(201)555.0123'],
    [
      'RFC 3966 §4 order of parameters',
      'tel:12;ext=1;phone-context=a.example',
      'tel:12;phone-context=A.Example;Ext=1',
    ],
    [
      'RFC 3966 §4 phone-context is a number',
      'tel:863-1234;phone-context=+1-914-555',
      'tel:8631234;phone-context=+1914555',
    ],
    [
      'RFC 3966 §4 without case',
      'tel:0a;phone-context=x.example',
      'tel:0A;phone-context=x.example',
    ],
    ['RFC 8141 §3', 'urn:service:sos', 'URN:SERVICE:sos'],
  ])('%s: %s = %s', (_source, a, b) => {
    expect(equal(a, b)).toBe(true);
  });
});

describe('different resources', () => {
  test.each([
    ['RFC 3261 §19.1.4', 'sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['RFC 3261 §19.1.4', 'sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['RFC 3261 §19.1.4', 'sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['RFC 3261 §19.1.4', 'sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['RFC 3261 §19.1.4', 'sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    [
      'RFC 3261 §19.1.4: not transitive',
      'sip:carol@chicago.com;security=on',
      'sip:carol@chicago.com;security=off',
    ],
    ['RFC 3261 §19.1.4 user in one', 'sip:+49@h', 'sip:+49@h;user=phone'],
    ['RFC 3261 §19.1.4 ttl in one', 'sip:b@h', 'sip:b@h;ttl=1'],
    ['RFC 3261 §19.1.4 method in one', 'sip:b@h', 'sip:b@h;method=INVITE'],
    ['RFC 3261 §19.1.4 maddr in one', 'sip:b@h', 'sip:b@h;maddr=192.0.2.1'],
    ['RFC 3261 §19.1.4 with and without value', 'sip:b@h;x', 'sip:b@h;x=1'],
    ['RFC 3261 §19.1.4 scheme', 'sip:b@h', 'sips:b@h'],
    ['RFC 3261 §19.1.4 user and none', 'sip:b@h', 'sip:h'],
    ['RFC 3261 §19.1.4 password and none', 'sip:b@h', 'sip:b:@h'],
    ['RFC 3261 §19.1.4 password with case', 'sip:b:X@h', 'sip:b:x@h'],
    ['a header twice', 'sip:b@h?a=1', 'sip:b@h?a=1&a=1'],
    ['RFC 3966 §4 global and local', 'tel:+4930', 'tel:4930'],
    ['RFC 3966 §4 parameter in one', 'tel:+4930', 'tel:+4930;ext=1'],
    ['RFC 3966 §4 parameter in one', 'tel:+4930;a=1', 'tel:+4930;b=1'],
    [
      'RFC 3966 §4 phone-context is a host name: its hyphens count',
      'tel:12;phone-context=a-b.example',
      'tel:12;phone-context=ab.example',
    ],
    ['another scheme', 'tel:+4930', 'sip:+4930@h;user=phone'],
    ['another scheme', 'urn:service:sos', 'sip:sos@h'],
    ['another service', 'urn:service:sos', 'urn:service:sos.police'],
  ])('%s: %s ≠ %s', (_source, a, b) => {
    expect(equal(a, b)).toBe(false);
  });
});
