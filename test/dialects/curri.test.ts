import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../functions/http/http.ts';
import { type Call, conform, type Read } from './conformance.ts';
import { CALLED, http, KEY, world } from './world.ts';
import { elements, parseXml } from './xml.ts';

/** developer.cisco.com/site/curri "Read Call Routing Request", with XACML 2.0's own case. */
function xacml(attributes: Record<string, string>): string {
  const list = Object.entries(attributes).map(
    ([name, value]) =>
      `<Attribute AttributeId="urn:Cisco:uc:1.0:${name}" DataType="http://www.w3.org/2001/XMLSchema#string">` +
      `<AttributeValue>${value}</AttributeValue></Attribute>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<Request xmlns="urn:oasis:names:tc:xacml:2.0:context:schema:os">' +
    '<Subject SubjectCategory="urn:oasis:names:tc:xacml:1.0:subject-category:access-subject">' +
    '<Attribute AttributeId="urn:oasis:names:tc:xacml:1.0:subject:role-id" ' +
    'DataType="http://www.w3.org/2001/XMLSchema#string" Issuer="requestor">' +
    '<AttributeValue>CISCO:UC:UCMPolicy</AttributeValue></Attribute>' +
    `${list.join('')}</Subject>` +
    '<Resource><Attribute AttributeId="urn:oasis:names:tc:xacml:1.0:resource:resource-id" ' +
    'DataType="http://www.w3.org/2001/XMLSchema#anyURI"><AttributeValue>CISCO:UC:VoiceOrVideoCall' +
    '</AttributeValue></Attribute></Resource></Request>'
  );
}

function ask({ called, caller }: Call) {
  const { number } = CALLED[called];
  const calling = caller === 'anonymous' ? '' : '+493000000042';
  return {
    headers: { 'content-type': 'text/xml; charset=ISO-8859-1' },
    body: xacml({
      callingnumber: calling,
      callednumber: number,
      transformedcgpn: calling,
      transformedcdpn: number,
      callingdevicename: 'SEP001122334455',
      triggerpointtype: 'translationpattern',
    }),
  };
}

/** "Generate Call Routing Response": the obligation must fit the decision, and is CIXML, escaped. */
function read({ body }: HttpResponse): Read {
  const root = parseXml(body);
  const verdict = elements(root, 'Decision')[0]?.textContent;
  const [obligation] = elements(root, 'Obligation');
  expect(obligation?.getAttribute('FulfillOn')).toBe(verdict);
  // As every one of Cisco's samples has it, whatever the obligation.
  expect(obligation?.getAttribute('ObligationId')).toBe('continue.simple');
  const cixml = parseXml(elements(root, 'AttributeValue')[0]?.textContent ?? '');
  expect(cixml.tagName).toBe('cixml');
  if (elements(cixml, 'reject').length > 0) {
    expect(verdict).toBe('Deny');
    return { action: 'reject', status: 0 };
  }
  expect(verdict).toBe('Permit');
  if (elements(cixml, 'continue').length > 0) return { action: 'continue' };
  expect(elements(cixml, 'reason')[0]?.textContent).toBe('cfwd');
  const target = elements(cixml, 'destination')[0]?.textContent ?? '';
  return { action: 'redirect', targets: [target.replace(/@example\.com$/, '')] };
}

conform({
  dialect: 'curri',
  ask,
  read,
  several: ['carol'],
  rejects: { 486: 0, 433: 0 },
  bad: [
    { body: '' },
    { body: '<Request>' },
    { body: '<Request/>' },
    { body: xacml({ callednumber: '' }) },
    { body: xacml({ callednumber: 'bob' }) },
    { body: '{"json":true}' },
  ],
  skips: {
    outcome: 'External Call Control asks before the called phone rings and never again',
    'ring time': 'CIXML has no place for it',
    'Diversion in': 'CUCM sends no SIP header',
    'Diversion out': 'CUCM diverts inside itself and writes its own Diversion',
    retransmission: 'there is no Call-ID: each question is a decision of its own',
  },
});

describe('curri', () => {
  const post = (body: string) => world().serve(http(`/v1/route/curri/${KEY}`, { body }));

  test('answers the keep-alive', async () => {
    const response = await world().serve(http(`/v1/route/curri/${KEY}`, { method: 'HEAD' }));
    expect(response).toMatchObject({ status: 200, body: '' });
  });

  test('answers the keep-alive of a key that is not good with 401', async () => {
    const response = await world().serve(http('/v1/route/curri/bad', { method: 'HEAD' }));
    expect(response).toMatchObject({ status: 401, body: '' });
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  test('prefers the transformed numbers', async () => {
    const body = xacml({ callednumber: '50102', transformedcdpn: CALLED.number.number });
    expect(read(await post(body))).toMatchObject({ action: 'redirect' });
  });

  test('reads CDATA, prefixes, character references and a declared but other encoding', async () => {
    const body =
      '<?xml version="1.0" encoding="ISO-8859-1"?><x:Request xmlns:x="urn:x"><x:Attribute ' +
      'AttributeId="urn:Cisco:uc:1.0:callednumber"><x:AttributeValue> <![CDATA[+4930]]>000000&#48;2' +
      '</x:AttributeValue></x:Attribute></x:Request>';
    expect(read(await post(body))).toMatchObject({ action: 'redirect' });
  });

  test.each([
    ['an external entity', '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>', '&e;'],
    [
      'entities within entities',
      '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
      '&b;&b;&b;',
    ],
    ['an entity that nobody declared', '', '&nobody;'],
  ])('reads nothing from %s', async (_, doctype, value) => {
    const body = xacml({ callednumber: value }).replace('?>', `?>${doctype}`);
    expect(read(await post(body))).toEqual({ action: 'continue' });
  });
});
