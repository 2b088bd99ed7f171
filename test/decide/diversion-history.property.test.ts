import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calledKey, parseCall } from '../../functions/decide/call.ts';
import { emptyPolicy } from '../../functions/decide/call-context.ts';
import { decide } from '../../functions/decide/decide.ts';
import type { Decision, RouteRequest } from '../../functions/decide/decision.ts';
import { lookupsFor } from '../../functions/decide/destinations.ts';
import { identityOfKey } from '../../functions/decide/identity.ts';
import type { Peer, Policy, Rule, Subscriber, Target } from '../../functions/decide/model.ts';
import { judgeTarget } from '../../functions/decide/targets.ts';
import { parseNameAddr } from '../../functions/sip/name-addr.ts';

/**
 * A caller follows redirects through random domains: docs/semantics.md#loops, for phones
 * that go round without end. Circles that would be refused when written are let in on purpose.
 */

const DOMAIN = 'example.com';
const tokenKeys = { current: { id: 1, secret: Buffer.alloc(32, 9).toString('base64') } };
const NOW = Date.UTC(2026, 10, 23, 12);

interface Domain {
  readonly policy: Policy;
  readonly subscribers: readonly Subscriber[];
  readonly byKey: ReadonlyMap<string, Subscriber>;
}

interface Plan {
  readonly aliases: number;
  readonly hidden: boolean;
  readonly rules: readonly { when: number; to: readonly { user: number; name: number }[] }[];
}

const WHEN = ['always', 'busy', 'no-answer', 'unreachable', 'deflected', 'declined'] as const;

function namesOf(index: number, aliases: number): string[] {
  return [`user${index}`, `+4930${1_000_000 + index}`, `${2000 + index}`, `nick${index}`].slice(
    0,
    1 + aliases,
  );
}

function build(plans: readonly Plan[], maxDiversions: number): Domain {
  const policy: Policy = {
    ...emptyPolicy(DOMAIN),
    maxDiversions,
    allow: [
      { is: 'domain', value: DOMAIN },
      { is: 'prefix', value: '+4930' },
    ],
    deny: [{ is: 'prefix', value: '+493099' }],
  };
  const targetOf = ({ user, name }: { user: number; name: number }): Target => {
    const index = user % plans.length;
    const names = namesOf(index, plans[index]?.aliases ?? 0);
    const key = names[name % names.length] ?? '';
    return {
      uri: `sip:${key}@${DOMAIN}`,
      identity: identityOfKey(key, DOMAIN),
      names: names.map((one) => identityOfKey(one, DOMAIN)),
    };
  };
  const subscribers = plans.map((plan, index): Subscriber => {
    const [user = '', ...aliases] = namesOf(index, plan.aliases);
    const rules = plan.rules.map(
      ({ when, to }, number): Rule => ({
        name: `rule-${number}`,
        when: [WHEN[when % WHEN.length] ?? 'always'],
        forward: to.map(targetOf),
      }),
    );
    return {
      user,
      aliases,
      needs: 0,
      version: 1,
      phone: [],
      rules,
      ...(plan.hidden && { privacy: 'full' }),
    };
  });
  const byKey = new Map(subscribers.flatMap((s) => [s.user, ...s.aliases].map((k) => [k, s])));
  return { policy, subscribers, byKey };
}

const plan: fc.Arbitrary<Plan> = fc.record({
  aliases: fc.nat(3),
  hidden: fc.boolean(),
  rules: fc.array(
    fc.record({
      when: fc.nat(WHEN.length - 1),
      to: fc.array(fc.record({ user: fc.nat(199), name: fc.nat(3) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    { maxLength: 4 },
  ),
});

/** How a caller treats the headers of a 302 that they follow. */
const callers = ['keeps', 'drops', 'shuffles'] as const;
const OUTCOMES: NonNullable<RouteRequest['outcome']>[] = [
  { status: 486 },
  { status: 408, ringing: true },
  { status: 404 },
  { status: 603 },
];

/** Follows a call to its end; answers the users it visited and the number of redirects. */
function follow(
  domain: Domain,
  peer: Peer,
  caller: (typeof callers)[number],
  dice: () => number,
): { visited: string[]; redirects: number } {
  const served = (request: RouteRequest): Decision => {
    const call = parseCall(request);
    const key = calledKey(call, peer, domain.policy);
    const lookups = new Map(
      lookupsFor(call, peer, domain.policy).map((name) => [name, domain.byKey.get(name)]),
    );
    const subscriber = key === undefined ? undefined : domain.byKey.get(key);
    const what = { peer, policy: domain.policy, subscriber, tokenKeys, lookups };
    return decide(call, what, NOW, NOW / 1000);
  };
  const someone = (): string => {
    const index = dice() % domain.subscribers.length;
    const one = domain.subscribers[index] as Subscriber;
    return [one.user, ...one.aliases][dice() % (1 + one.aliases.length)] ?? one.user;
  };

  let requestUri = `sip:${someone()}@${DOMAIN}`;
  let headers: Record<string, string[]> = {};
  const visited: string[] = [];
  for (let redirects = 0; ; redirects++) {
    const request = {
      callId: 'c',
      requestUri,
      from: '<sip:stranger@example.org>;tag=1',
      to: `<${requestUri}>`,
      headers,
    };
    const call = parseCall(request);
    const key = calledKey(call, peer, domain.policy) ?? '';
    visited.push(domain.byKey.get(key)?.user ?? key);
    let decision = served(request);
    if (decision.action === 'continue') {
      const own = [`<sip:${someone()}@192.0.2.9>`, `<sip:${someone()}@${DOMAIN}>`];
      const outcome = [...OUTCOMES, { status: 302, contacts: own }][dice() % 5];
      decision = served({ ...request, ...(outcome && { outcome }) });
    }
    if (decision.action !== 'redirect') return { visited, redirects };
    for (const contact of decision.contacts) checkTarget(contact, domain);
    const chosen = decision.contacts[dice() % decision.contacts.length] ?? '';
    requestUri = /<(.*)>/.exec(chosen)?.[1] ?? '';
    const diversions = (decision.headers ?? []).map((line) => line.slice('Diversion: '.length));
    if (caller === 'shuffles') diversions.sort(() => (dice() % 3) - 1);
    headers = caller === 'drops' ? {} : { Diversion: diversions };
    if (redirects > 30) return { visited, redirects };
  }
}

function checkTarget(contact: string, { policy, byKey }: Domain): void {
  const { uri } = parseNameAddr(contact);
  if (uri.scheme !== 'sip' || uri.user === undefined) throw new Error(`not a sip user: ${contact}`);
  const identity = identityOfKey(uri.user, uri.host);
  expect(judgeTarget(policy, identity, byKey.has(uri.user))).toBeUndefined();
}

const peer: Peer = {
  name: 'p',
  domains: [DOMAIN],
  hosts: ['192.0.2.9'],
  trunks: [],
  trustIdentity: true,
  headers: 'diversion',
  divertedAs: 'dialled',
  loopToken: true,
  explain: false,
};

test.each([
  ...callers.map((caller) => [caller, true] as const),
  // Without the token, the headers alone must do, as long as nobody is hidden in them.
  ['keeps', false] as const,
])('every call ends where the caller %s headers, with the token: %s', (caller, loopToken) => {
  fc.assert(
    fc.property(
      fc.array(plan, { minLength: 2, maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      fc.infiniteStream(fc.nat(10_000)),
      (plans, maxDiversions, stream) => {
        const open = loopToken ? plans : plans.map((one) => ({ ...one, hidden: false }));
        const domain = build(open, maxDiversions);
        const dice = (): number => stream.next().value ?? 0;
        const asked = caller === 'keeps' && !loopToken ? 'diversion' : peer.headers;
        const { visited, redirects } = follow(
          domain,
          { ...peer, loopToken, headers: asked },
          caller,
          dice,
        );
        expect(redirects).toBeLessThanOrEqual(maxDiversions);
        expect(new Set(visited).size).toBe(visited.length);
      },
    ),
    { numRuns: 1500 },
  );
});
