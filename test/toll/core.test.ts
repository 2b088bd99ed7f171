import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ParsedCall, parseCall } from '../../functions/decide/call.ts';
import { plainPeer, type Served } from '../../functions/decide/call-context.ts';
import { decide } from '../../functions/decide/decide.ts';
import type { RouteRequest } from '../../functions/decide/decision.ts';
import { lookupsFor } from '../../functions/decide/destinations.ts';
import type { Policy } from '../../functions/decide/model.ts';
import { safeDecision } from '../../functions/decide/safe-decision.ts';
import { compile } from '../../functions/rules/compile.ts';
import { contactShapes, goodContacts, TOLL_COUNTRIES, type TollCountry } from './contact-shapes.ts';
import { type Allowed, whatAGatewayMinds } from './gateway.ts';
import { hostileContacts, hostileUsers } from './hostile-contacts.ts';

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

  test.each(contactShapes(country, DOMAIN))('a phone can get nobody to dial by %s', (contact) => {
    for (const sent of deflect(policy, [contact])) {
      expect(whatAGatewayMinds(sent, allowed)).toBeUndefined();
    }
    for (const sent of deflect(undefined, [contact])) {
      // Without rules only plain names of the domain pass.
      expect(whatAGatewayMinds(sent, { ...allowed, code: '', extension: /^$/ })).toBeUndefined();
    }
  });

  test.each(contactShapes(country, DOMAIN))('nor can a rule that is written, by %s', (contact) => {
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

  test.each(goodContacts(country, DOMAIN))('%s is sent as %s', (contact, sent) => {
    expect(deflect(policy, [contact]).map((one) => one.replace(/;cause=.*/, ''))).toEqual([
      `<${sent}`,
    ]);
  });

  test('a policy of before numbers were compiled lets none pass that has no plain shape', () => {
    const { numbers: _, ...older } = policy;
    for (const contact of contactShapes(country, DOMAIN)) {
      for (const sent of deflect(older, [contact])) {
        expect(whatAGatewayMinds(sent, allowed) ?? 'is no number').toMatch(/is no number$/);
      }
    }
  });
});

describe('whatever a phone makes of a Contact', () => {
  const policies = TOLL_COUNTRIES.map(
    (country) => [policyOf(country), allowedIn(country)] as const,
  );

  test('what goes out is what a gateway may dial, however it is told', () => {
    fc.assert(
      fc.property(
        fc.array(hostileContacts(DOMAIN), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...policies),
        (contacts, [policy, allowed]) => {
          for (const sent of deflect(policy, contacts)) {
            expect(whatAGatewayMinds(sent, allowed)).toBeUndefined();
          }
          for (const sent of deflect(undefined, contacts)) {
            expect(whatAGatewayMinds(sent, { ...allowed, code: '', extension: /^$/ })).toBe(
              undefined,
            );
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('nor does a rule that may be written send it elsewhere', () => {
    const targets = fc.oneof(hostileContacts(DOMAIN), hostileUsers);
    fc.assert(
      fc.property(targets, fc.constantFrom(...TOLL_COUNTRIES), (target, country) => {
        const { subscribers, problems } = compile(document(country, target), { now: 0 });
        if (problems.length > 0) return;
        const rules = subscribers.find(({ user }) => user === 'ring')?.rules ?? [];
        for (const rule of rules) {
          for (const target of 'forward' in rule ? rule.forward : []) {
            if (!('uri' in target)) continue;
            // An operator may name a port of the domain.
            const uri = target.uri.replace(/^(sips?:[^@]*@[^:;]*):\d+/, '$1');
            expect(whatAGatewayMinds(uri, allowedIn(country))).toBeUndefined();
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

// A caller writes the Request-URI as they like: what stands for `{user}` is as much theirs as a phone's.
describe('whatever a caller writes as the called user', () => {
  const standby = 'standby.example';
  const { policy } = compile(
    {
      domain: DOMAIN,
      country: 'DE',
      targets: { allow: [`@${DOMAIN}`, `@${standby}`] },
      finally: [{ when: 'always', called: ['unassigned'], forward: `sip:{user}@${standby}` }],
      subscribers: { carol: {} },
    },
    { now: 0 },
  );
  // At a host that `allow` names, numbers that the dial plan does not make E.164 are that host's.
  const allowed: Allowed = {
    ...{ domain: standby, code: '49', users: [], extension: /^(?!\+)[*#+\d]+$/ },
  };
  const called = (user: string): string[] => {
    const call = tryParse({
      callId: 'toll',
      requestUri: `sip:${user}@${DOMAIN}`,
      from: '<sip:caller@elsewhere.example>;tag=1',
      to: `<sip:ring@${DOMAIN}>`,
    });
    if (call === undefined) return [];
    const decision = decide(
      call,
      { peer: PEER, policy, subscriber: undefined, tokenKeys: undefined },
      0,
      0,
    );
    return decision.action === 'redirect' ? [...decision.contacts] : [];
  };

  test.each([
    'alice%3Btgrp=premium%3Btrunk-context=elsewhere.example',
    'alice%3Brn=+49900123456',
    'alice%3bphone-context=+49900',
    'alice%26PJSIP%2F0900123456',
    'alice$&',
    "alice$'$`$1",
    '0900123456',
    '0900123456%3Bx',
    '%2B49900123456',
  ])('%s steers nothing', (user) => {
    for (const sent of called(user)) expect(whatAGatewayMinds(sent, allowed)).toBeUndefined();
  });

  test('what a gateway may dial, and no more', () => {
    fc.assert(
      fc.property(hostileUsers, (user) => {
        for (const sent of called(user)) expect(whatAGatewayMinds(sent, allowed)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test('a plain name goes on', () => {
    expect(called('dave')).toEqual([`<sip:dave@${standby};cause=302>;q=1.0;mp=1`]);
  });
});

function tryParse(request: RouteRequest): ParsedCall | undefined {
  try {
    return parseCall(request);
  } catch {
    return undefined;
  }
}
