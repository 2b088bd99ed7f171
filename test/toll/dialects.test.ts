import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf } from '../../functions/answer/answer.ts';
import { parseCall } from '../../functions/decide/call.ts';
import { plainPeer } from '../../functions/decide/call-context.ts';
import { decide } from '../../functions/decide/decide.ts';
import type { Answer, RouteRequest } from '../../functions/decide/decision.ts';
import type { Peer } from '../../functions/decide/model.ts';
import { encodeChime } from '../../functions/dialects/chime.ts';
import type { Dialect } from '../../functions/dialects/dialect.ts';
import { DIALECTS } from '../../functions/dialects/serve.ts';
import { compile } from '../../functions/rules/compile.ts';
import { http } from '../dialects/world.ts';
import { contactShapes, TOLL_COUNTRIES, type TollCountry } from './contact-shapes.ts';
import { dialledIn } from './dialled.ts';
import { type Allowed, whatAGatewayMinds } from './gateway.ts';
import { hostileContacts } from './hostile-contacts.ts';

const DOMAIN = 'example.com';
/** Callers by UDP do not follow a 302, as far as this peer knows. */
const PEER: Peer = { ...plainPeer('edge', [DOMAIN]), follow: { transports: ['udp'] } };
const CONNECTOR = 'arn:aws:chime:us-east-1:111122223333:vc/abcdef1ghij2klmno3pqr4';

const servedIn = (country: TollCountry) => ({
  policy: compile(
    {
      domain: DOMAIN,
      country: country.country,
      targets: { allow: [`@${DOMAIN}`, `+${country.code}`, 'ext:1xxx'] },
      subscribers: { ring: {}, alice: {}, carol: { aliases: ['1002'] } },
    },
    { now: 0 },
  ).policy,
  allowed: {
    ...{ domain: DOMAIN, code: country.code, extension: /^1\d{3}$/ },
    users: ['ring', 'alice', 'carol', '1002'],
  } satisfies Allowed,
});
type Served = ReturnType<typeof servedIn>;

/** The answer to a phone's own 302, and what it was asked by. */
function deflected(contacts: readonly string[], { policy }: Served): [Answer, RouteRequest] {
  const request: RouteRequest = {
    callId: 'toll',
    requestUri: `sip:ring@${DOMAIN}`,
    from: '<sip:caller@elsewhere.example>;tag=1',
    to: `<sip:ring@${DOMAIN}>`,
    ...{ canFollow: true, transport: 'udp' },
    outcome: { status: 302, contacts: contacts.map((uri) => `<${uri}>`) },
  };
  const served = { peer: PEER, policy, subscriber: undefined, tokenKeys: undefined };
  return [answerOf(decide(parseCall(request), served, 0, 0), false, 'id'), request];
}

/** What each system would call of an answer. */
const SYSTEMS: Readonly<Record<string, (answer: Answer, request: RouteRequest) => string[]>> = {
  ...Object.fromEntries(
    DIALECTS.map(({ name, encode }) => [
      name,
      (answer: Answer, request: RouteRequest) =>
        dialledIn(name, encode(answer, { http: http('/'), request, peer: PEER }).body, DOMAIN),
    ]),
  ),
  'freeswitch, which follows': (answer, request) => {
    const { encode } = DIALECTS.find(({ name }) => name === 'freeswitch') as Dialect;
    const asked = { http: http('/', { query: 'follow=yes' }), request, peer: PEER };
    return dialledIn('freeswitch', encode(answer, asked).body, DOMAIN);
  },
  'asterisk, which follows': (answer, request) => {
    const { encode } = DIALECTS.find(({ name }) => name === 'asterisk') as Dialect;
    const body = new URLSearchParams({ names: 'PJSIP/', numbers: 'PJSIP/trunk/' }).toString();
    const printed = encode(answer, { http: http('/', { body }), request, peer: PEER }).body;
    if (answer.action === 'redirect') expect(printed).toContain('plan=');
    return dialledIn('asterisk', printed, DOMAIN);
  },
  chime: (answer, request) =>
    [CONNECTOR, undefined].flatMap((connector) =>
      dialledIn('chime', JSON.stringify(encodeChime(answer, {}, connector, request, PEER)), DOMAIN),
    ),
};

// RFC 3261 §19.1, RFC 3966, ITU-T E.164: the last hand that writes an address may not open it again.
describe.each(Object.entries(SYSTEMS))('told in the words of %s', (_, called) => {
  const worlds = TOLL_COUNTRIES.map((country) => ({ country, ...servedIn(country) }));
  const expectAllowed = (contacts: readonly string[], served: Served) => {
    const [answer, request] = deflected(contacts, served);
    if (answer.action !== 'redirect') return 0;
    const all = called(answer, request);
    for (const one of all) expect(whatAGatewayMinds(one, served.allowed)).toBeUndefined();
    return all.length;
  };

  test('no shape of the list has anything dialled that is not allowed', () => {
    for (const served of worlds) {
      const shapes = contactShapes(served.country, DOMAIN);
      expect(shapes.filter((shape) => expectAllowed([shape], served) > 0).length).toBeGreaterThan(
        3,
      );
    }
  });

  test('nor has anything else', () => {
    fc.assert(
      fc.property(
        fc.array(hostileContacts(DOMAIN), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...worlds),
        (contacts, served) => void expectAllowed(contacts, served),
      ),
      { numRuns: 1_000 },
    );
  });
});
