import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCall } from '../../functions/decide/call.ts';
import { plainPeer, type Served } from '../../functions/decide/call-context.ts';
import { decide, safeDecision } from '../../functions/decide/decide.ts';
import { lookupsFor } from '../../functions/decide/destinations.ts';
import type { Policy } from '../../functions/decide/model.ts';
import { compile } from '../../functions/rules/compile.ts';
import { contactShapes, goodContacts, TOLL_COUNTRIES, type TollCountry } from './contact-shapes.ts';
import { type Allowed, whatAGatewayMinds } from './gateway.ts';

const DOMAIN = 'example.com';
const PEER = { ...plainPeer('edge', [DOMAIN]), loopToken: false };

const allowedIn = ({ code }: TollCountry): Allowed => ({
  domain: DOMAIN,
  code,
  users: ['ring', 'alice', 'carol', '1002'],
  extension: /^1\d{3}$/,
});

function document({ country, code }: TollCountry, forward?: string) {
  return {
    domain: DOMAIN,
    country,
    targets: { allow: [`@${DOMAIN}`, `+${code}`, 'ext:1xxx'] },
    subscribers: {
      ring: forward === undefined ? {} : { rules: [{ when: 'busy', forward }] },
      alice: {},
      carol: { aliases: ['1002'] },
    },
  };
}

const policyOf = (country: TollCountry): Policy => compile(document(country), { now: 0 }).policy;

/** Where a phone's own 302 with these Contacts leads. */
function deflect(policy: Policy | undefined, contacts: readonly string[], status = 302): string[] {
  const call = parseCall({
    callId: 'toll',
    requestUri: `sip:ring@${DOMAIN}`,
    from: '<sip:caller@elsewhere.example>;tag=1',
    to: `<sip:ring@${DOMAIN}>`,
    outcome: { status, contacts: contacts.map((uri) => `<${uri}>`) },
  });
  const served: Served = { peer: PEER, policy, subscriber: undefined, tokenKeys: undefined };
  const decision = policy === undefined ? safeDecision(call, PEER) : decide(call, served, 0, 0);
  expect(decision.action).not.toBe('continue');
  expect(lookupsFor(call, PEER, policy).length).toBeLessThanOrEqual(10);
  return decision.action === 'redirect' ? [...decision.contacts] : [];
}

// RFC 3261 §19.1, RFC 3966, ITU-T E.164: what is judged is what is dialled.
describe.each(TOLL_COUNTRIES)('under +$code', (country) => {
  const policy = policyOf(country);
  const allowed = allowedIn(country);

  it.each(contactShapes(country, DOMAIN))('a phone can get nobody to dial by %s', (contact) => {
    for (const sent of deflect(policy, [contact])) {
      expect(whatAGatewayMinds(sent, allowed)).toBeUndefined();
    }
    for (const sent of deflect(undefined, [contact])) {
      // Without rules only plain names of the domain pass.
      expect(whatAGatewayMinds(sent, { ...allowed, code: '', extension: /^$/ })).toBeUndefined();
    }
  });

  it.each(contactShapes(country, DOMAIN))('nor can a rule that is written, by %s', (contact) => {
    const { subscribers, problems } = compile(document(country, contact), { now: 0 });
    if (problems.length > 0) return;
    const rules = subscribers.find(({ user }) => user === 'ring')?.rules ?? [];
    for (const rule of rules) {
      for (const target of 'forward' in rule ? rule.forward : []) {
        if (!('uri' in target)) continue;
        const { uri } = target;
        // An operator may name a port of the domain.
        const sent = uri.replace(/:9999$/, '');
        expect(whatAGatewayMinds(sent, allowed)).toBeUndefined();
      }
    }
  });

  it.each(goodContacts(country, DOMAIN))('%s is sent as %s', (contact, sent) => {
    expect(deflect(policy, [contact]).map((one) => one.replace(/;cause=.*/, ''))).toEqual([
      `<${sent}`,
    ]);
  });

  it('a policy of before numbers were compiled lets none pass that has no plain shape', () => {
    const { numbers: _, ...older } = policy;
    for (const contact of contactShapes(country, DOMAIN)) {
      for (const sent of deflect(older, [contact])) {
        expect(whatAGatewayMinds(sent, allowed) ?? 'is no number').toMatch(/is no number$/);
      }
    }
  });
});

describe('whatever a phone makes of a user part', () => {
  const policies = TOLL_COUNTRIES.map(
    (country) => [policyOf(country), allowedIn(country)] as const,
  );
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        '+',
        '++',
        '0',
        '00',
        '011',
        '49',
        '900',
        '1',
        '112',
        '%2B',
        '%30',
        '%ef%bc%99',
        '%d9%a9',
      ],
      ...[
        '%e2%80%8b',
        '%00',
        '%20',
        '(0)',
        '-',
        '.',
        '*',
        '#',
        '*72',
        'x',
        'carol',
        '1234',
        ';',
        ':',
      ],
      ...['&', '/', '=', '~', ';phone-context=+49', ';phone-context=example.com', ';npdi', '%40'],
    ),
    fc.stringMatching(/^\d{1,12}$/),
  );
  const user = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));

  it('what goes out is what a gateway may dial', () => {
    fc.assert(
      fc.property(user, fc.constantFrom(...policies), (user, [policy, allowed]) => {
        for (const uri of [`sip:${user}@${DOMAIN}`, `tel:${user}`, `sip:${user}@other.example`]) {
          for (const sent of deflect(policy, [uri])) {
            expect(whatAGatewayMinds(sent, allowed)).toBeUndefined();
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
