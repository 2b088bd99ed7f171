import fc from 'fast-check';
import { contactShapes, TOLL_COUNTRIES } from '../../toll/contact-shapes.ts';
import { hostileContacts, hostileUsers } from '../../toll/hostile-contacts.ts';
import type { Asked } from '../soak/gateway.ts';
import { KEY } from '../soak/gateway.ts';

const DOMAIN = 'example.com';
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
/** Whose rules and phone settings are written here; the others keep theirs. */
const WRITTEN = ['carol', 'alice'];

/** Contacts and targets from the list of shapes, and made up. */
const contacts = fc.oneof(
  fc.constantFrom(...TOLL_COUNTRIES.flatMap((country) => contactShapes(country, DOMAIN))),
  hostileContacts(DOMAIN),
);
const targets = fc.oneof(contacts, hostileUsers);
/** A third of what is written is right, so that there is something to call. */
const written = fc.oneof(
  { weight: 2, arbitrary: targets },
  {
    weight: 1,
    arbitrary: fc.constantFrom('bob', '+4930765432', '030 765433', '1234', 'sip:eve@example.com'),
  },
);
const someone = fc.constantFrom(...WRITTEN);
const trigger = fc.constantFrom('always', 'busy', 'no-answer', 'unreachable');

const post = (path: string, value: object): Asked => ({
  method: 'POST',
  path,
  headers: { ...JSON_TYPE, authorization: `Bearer ${KEY}` },
  body: JSON.stringify(value),
});
const form = (dialect: string, fields: Record<string, string>): Asked => ({
  method: 'POST',
  path: `/v1/route/${dialect}/${KEY}`,
  headers: FORM_TYPE,
  body: new URLSearchParams(fields).toString(),
});
const call = (user: string) => ({
  callId: `toll-${user}`,
  requestUri: `sip:${user}@${DOMAIN}`,
  from: '<sip:caller@elsewhere.example>;tag=1',
  to: `<sip:${user}@${DOMAIN}>`,
});

/** A phone's own 3xx (RFC 3261 §21.3): whatever its status. */
const deflections = fc
  .record({
    user: fc.constantFrom('bob', ...WRITTEN),
    status: fc.integer({ min: 300, max: 399 }),
    values: fc.array(contacts, { minLength: 1, maxLength: 4 }),
    brackets: fc.boolean(),
    canFollow: fc.boolean(),
    dialect: fc.boolean(),
  })
  .map(({ user, status, values, brackets, canFollow, dialect }) => {
    const outcome = { status, contacts: values.map((uri) => (brackets ? `<${uri}>` : uri)) };
    if (!dialect) return post('/v1/route', { ...call(user), canFollow, outcome });
    const sip = {
      ru: `sip:${user}@${DOMAIN}`,
      ci: 'toll',
      fU: 'x',
      fd: 'elsewhere.example',
      outcome,
    };
    return post('/v1/route/kamailio', sip);
  });

/** Calls whose answer is what was written before, in the words of each system. */
const calls = fc
  .record({
    user: someone,
    outcome: fc.constantFrom<{ status: number; ringing?: boolean } | undefined>(
      ...[undefined, { status: 486 }, { status: 408, ringing: true }, { status: 404 }],
    ),
    system: fc.nat(6),
  })
  .map(({ user, outcome, system }): Asked => {
    const uri = `sip:${user}@${DOMAIN}`;
    switch (system) {
      case 0:
        return {
          method: 'GET',
          path: `/v1/route/drachtio/${KEY}/?uri=${encodeURIComponent(uri)}&fromUser=x`,
        };
      case 1:
        return form('freeswitch', {
          ...{ section: 'dialplan', 'Hunt-Destination-Number': user },
          variable_sip_req_host: DOMAIN,
          ...(outcome && { variable_divert_status: String(outcome.status) }),
          ...(outcome?.ringing && { variable_divert_ringing: 'true' }),
        });
      case 2:
        return form('asterisk', {
          ...{ callee: user, caller: '+33123456789', domain: DOMAIN },
          ...(outcome && { status: String(outcome.status), ringing: String(outcome.ringing) }),
        });
      case 3:
        return form('twilio', {
          ...{ CallSid: 'CA0', To: uri, From: '+33123456789', SipDomain: DOMAIN },
          ...(outcome?.status === 486 && { DialCallStatus: 'busy', DialSipResponseCode: '486' }),
          ...(outcome?.ringing && { DialCallStatus: 'no-answer' }),
        });
      case 4:
        return post(`/v1/route/jambonz/${KEY}`, {
          ...{ call_sid: 'c', direction: 'inbound', from: '+33123456789', to: user, call_id: 'x' },
          sip: { method: 'INVITE', uri, headers: { to: `<${uri}>`, from: '<sip:x@x.example>' } },
        });
      case 5:
        return {
          method: 'POST',
          path: `/v1/route/curri/${KEY}`,
          headers: { 'content-type': 'text/xml' },
          body: `<Request><Subject><Attribute AttributeId="urn:Cisco:uc:1.0:callednumber"><AttributeValue>${uri}</AttributeValue></Attribute></Subject></Request>`,
        };
      default:
        return post('/v1/route', { ...call(user), ...(outcome && { outcome }) });
    }
  });

/** What a person dials on their phone. */
const codes = fc
  .record({
    user: someone,
    code: fc.constantFrom('*72', '*90', '**21*', '**61*', '*67*'),
    to: written,
  })
  .map(({ user, code, to }) =>
    post('/v1/feature', {
      ...call(user),
      requestUri: `sip:${code}${to.replace(/^sips?:|^tel:|@.*$/gi, '').replaceAll('#', '%23')}@${DOMAIN}`,
      authenticatedAs: `sip:${user}@${DOMAIN}`,
    }),
  );

/** Requests in which somebody wants a number dialled that is not allowed. */
export function tollFrom(admin: string): fc.Arbitrary<Asked> {
  const operator = (method: string, path: string, value: object): Asked => ({
    method,
    path: `/v1/domains/${DOMAIN}/subscribers/${path}?force=true`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${admin}`, 'if-match': '*' },
    body: JSON.stringify(value),
  });
  const phones = fc
    .tuple(someone, trigger, written, fc.constantFrom('PUT', 'PATCH'), fc.boolean())
    .map(([user, feature, to, method, short]) =>
      operator(method, `${user}/phone`, { [feature]: short ? to : { to, active: true } }),
    );
  const rules = fc
    .tuple(someone, trigger, fc.array(written, { minLength: 1, maxLength: 3 }))
    .map(([user, when, forward]) =>
      operator('PATCH', user, { rules: [{ when, forward: forward.map((to) => ({ to })) }] }),
    );
  return fc.oneof(
    { weight: 4, arbitrary: deflections },
    { weight: 3, arbitrary: calls },
    { weight: 1, arbitrary: codes },
    { weight: 1, arbitrary: phones },
    { weight: 1, arbitrary: rules },
  );
}
