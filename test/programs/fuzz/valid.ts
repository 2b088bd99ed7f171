import type { Asked } from '../soak/gateway.ts';
import { KEY } from '../soak/gateway.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const BEARER = { authorization: `Bearer ${KEY}` };

/** A request that is understood, in every part of which something can go wrong. */
export interface Valid extends Asked {
  /** Its body's structure, where it is JSON or a form: what is changed before it is printed. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

const CALL = {
  callId: 'a84b4c76e66710@pc33',
  requestUri: 'sip:bob@example.com;user=phone',
  from: '"Alice" <sip:alice@example.com>;tag=1928301774',
  to: '<sip:+49301234567@example.com;user=phone>',
  sourceAddress: '198.51.100.7',
  headers: {
    Diversion: [
      '<sip:zoe@example.com>;reason=user-busy;counter=2',
      '"Y" <tel:+4930555>;privacy=full',
    ],
    'History-Info':
      '<sip:zoe@example.com?Reason=SIP%3Bcause%3D486>;index=1,<sip:bob@example.com;cause=486>;index=1.1;mp=1',
    'P-Asserted-Identity': ['<sip:alice@example.com>', '<tel:+49301111111>'],
    Privacy: 'history;id',
    Supported: 'timer, histinfo',
    Priority: 'emergency',
  },
  outcome: {
    status: 302,
    ringing: true,
    contacts: ['<sip:carol@example.com;transport=udp>;q=0.7', '<tel:+4930765432>'],
    headers: { Diversion: '<sip:bob@example.com>;reason=no-answer' },
  },
};
const INVITE = [
  'INVITE sip:bob@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK776asdhds',
  'Max-Forwards: 70',
  'f: "Alice" <sip:alice@example.com>;tag=1928301774',
  't: <sip:bob@example.com>',
  'i: a84b4c76e66710@pc33',
  'CSeq: 314159 INVITE',
  'Contact: <sip:alice@198.51.100.7>',
  'Diversion: <sip:zoe@example.com>;reason=user-busy',
  'Content-Length: 0\r\n\r\n',
].join('\r\n');
const attribute = (name: string, value: string) =>
  `<Attribute AttributeId="urn:Cisco:uc:1.0:${name}" DataType="http://www.w3.org/2001/XMLSchema#string"><AttributeValue>${value}</AttributeValue></Attribute>`;
const XACML = `<?xml version="1.0" encoding="UTF-8"?><Request xmlns="urn:oasis:names:tc:xacml:2.0:context:schema:os"><Subject>${attribute('callingnumber', '+493011')}${attribute('callednumber', '+49301234567')}${attribute('transformedcgpn', '')}${attribute('transformedcdpn', '1002')}</Subject><Action>${attribute('triggerpointtype', 'translationpattern')}</Action></Request>`;

const json = (path: string, value: object, method = 'POST'): Valid => ({
  ...{ method, path, headers: { ...BEARER, ...JSON_TYPE }, json: value },
});
const form = (dialect: string, fields: Record<string, string>): Valid => ({
  ...{ method: 'POST', path: `/v1/route/${dialect}/${KEY}`, headers: FORM_TYPE, form: fields },
});

/** What edges, dialects and operators send. `admin` is a token for the admin API. */
export function validRequests(admin: string): readonly Valid[] {
  const operator = (method: string, path: string, value?: object, at = 'if-match'): Valid => ({
    method,
    // What is kept as code is changed by force only.
    path: `/v1${path}${value ? '?force=true' : ''}`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${admin}`, [at]: '*' },
    ...(value && { json: value }),
  });
  return [
    json('/v1/route', CALL),
    json('/v1/route', { ...CALL, outcome: undefined }),
    json('/v1/route', { ...CALL, outcome: { status: 486 } }),
    json('/v1/explain', { ...CALL, at: '2026-11-23T12:00:00+01:00', follow: true }),
    json('/v1/feature', {
      ...CALL,
      requestUri: 'sip:*73@example.com',
      authenticatedAs: 'sip:bob@example.com',
    }),
    json('/v1/route/kamailio', {
      ...{ event: 'sip-routing', ru: 'sip:bob@example.com', rU: 'bob', rd: 'example.com' },
      ...{ ci: 'a84b4c76e66710', si: '198.51.100.7', fU: 'alice', fd: 'example.com', ft: '1' },
      ...{ fu: 'sip:alice@example.com', tu: 'sip:bob@example.com', tU: 'bob', td: 'example.com' },
      ...{ headers: { From: CALL.from, Diversion: CALL.headers.Diversion[0] } },
      outcome: { status: 486 },
    }),
    {
      method: 'POST',
      path: `/v1/route/drachtio/${KEY}/?method=INVITE&domain=example.com&protocol=udp&source_address=198.51.100.7&fromUser=alice&toUser=bob&uriUser=bob&uri=sip%3Abob%40example.com`,
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
      body: INVITE,
    },
    { method: 'GET', path: `/v1/route/drachtio/${KEY}/?uri=sip%3Abob%40example.com&fromUser=a` },
    form('freeswitch', {
      section: 'dialplan',
      'Hunt-Context': 'public',
      'Hunt-Destination-Number': 'bob',
      variable_sip_req_host: 'example.com',
      variable_sip_full_from: CALL.from,
      variable_sip_h_Diversion: '<sip:zoe@example.com>;reason=user-busy',
      variable_sip_call_id: 'a84b4c76e66710',
    }),
    form('asterisk', {
      callee: 'bob',
      caller: CALL.from,
      call_id: 'a84b4c76e66710@pc33',
      domain: 'example.com',
      diversion: '<sip:zoe@example.com>;reason=user-busy',
      status: '408',
      ringing: 'true',
    }),
    form('twilio', {
      ...{ CallSid: 'CA00000000000000000000000000000000', To: 'sip:bob@example.com' },
      ...{ From: 'sip:alice@example.com', SipDomain: 'example.com', Direction: 'inbound' },
      ...{ DialCallStatus: 'busy', DialSipResponseCode: '486', CallStatus: 'ringing' },
    }),
    json(`/v1/route/jambonz/${KEY}`, {
      ...{ call_sid: 'c', direction: 'inbound', from: 'alice', to: 'bob', call_id: 'x' },
      sip: {
        ...{ method: 'INVITE', uri: 'sip:bob@example.com', body: '' },
        headers: { from: CALL.from, to: CALL.to, 'call-id': 'x', diversion: 'y' },
      },
    }),
    {
      method: 'POST',
      path: `/v1/route/curri/${KEY}`,
      headers: { 'content-type': 'text/xml; charset=UTF-8' },
      body: XACML,
    },
    operator('GET', '/domains/example.com/subscribers/bob'),
    operator('GET', '/domains/example.com/subscribers?limit=2'),
    operator('PUT', '/domains/example.com/subscribers/carol', {
      aliases: ['1003'],
      rules: [
        { name: 'a', when: ['busy'], callers: ['family'], forward: [{ to: 'carol', q: 0.5 }] },
        { name: 'b', when: 'no-answer', after: 15, schedule: 'office', reject: 480 },
      ],
    }),
    operator('PATCH', '/domains/example.com/subscribers/bob', { privacy: 'full' }),
    operator('PUT', '/domains/example.com/subscribers/dave', { aliases: [] }, 'if-none-match'),
    operator('DELETE', '/domains/example.com/subscribers/dave'),
    operator('GET', '/domains/example.com/subscribers/bob/history?limit=3'),
    operator('PATCH', '/domains/example.com', { ringSeconds: 25, groups: { a: ['+491'] } }),
    operator('PUT', '/peers/sbc', { domains: ['example.com'], hosts: [] }, 'if-none-match'),
    operator('POST', '/peers/sbc/keys'),
    operator('DELETE', '/peers/sbc'),
    { method: 'GET', path: '/v1/nothing/here' },
  ];
}
