import { describe, expect, test } from 'vitest';
import type { Peer } from '../../functions/decide/model.ts';
import { compilePeer } from '../../functions/rules/peers.ts';
import { parseNameAddr } from '../../functions/sip/name-addr.ts';
import { printUri } from '../../functions/sip/uri.ts';
import { loadSound } from '../rules/load.ts';
import { door, http } from './fixtures.ts';

/** A tenant whose only user sends every call on to the other tenant. */
function tenant(domain: string, other: string, settings: object) {
  const { policy, subscribers } = loadSound(`domain: ${domain}
targets: { allow: ["@${domain}", "@${other}", "@elsewhere.example"] }
subscribers:
  bob: { rules: [{ when: always, forward: "sip:bob@${other}" }] }
  out: { rules: [{ when: always, forward: "sip:bob@elsewhere.example" }] }
`);
  const peer = compilePeer({ name: domain, domains: [domain], ...settings }).peer as Peer;
  return { policy: { ...policy, version: 1 }, subscribers, peer };
}

function world(one: object = {}, two: object = {}) {
  const tenants = [
    tenant('one.example', 'two.example', one),
    tenant('two.example', 'one.example', two),
  ] as const;
  return door({
    peers: { 'one.example': tenants[0].peer, 'two.example': tenants[1].peer },
    policies: tenants.map(({ policy }) => policy),
    subscribers: Object.fromEntries(
      tenants.map(({ policy, subscribers }) => [policy.domain, [...subscribers]]),
    ),
    tokenKeys: { current: { id: 1, secret: Buffer.alloc(32, 1).toString('base64') } },
  });
}

/** An INVITE of a caller who keeps what is in the URI and drops every header. */
const invite = ({ ask }: ReturnType<typeof world>, requestUri: string) => {
  const host = /@([^;:>]+)/.exec(requestUri)?.[1] ?? '';
  const body = { callId: '1', requestUri, from: '<sip:x@gw.example>;tag=1', to: '<sip:b@b>' };
  return ask(http(body, { headers: { authorization: `Bearer ${host}` } }));
};

/** How many redirects there are until one who follows each is let through. */
async function redirects(of: ReturnType<typeof world>): Promise<number> {
  let requestUri = 'sip:bob@one.example';
  for (let count = 0; count < 30; count++) {
    const { json } = await invite(of, requestUri);
    if (json.action !== 'redirect') return count;
    requestUri = printUri(parseNameAddr(json.contacts?.[0] ?? '').uri);
  }
  return 30;
}

describe('RFC 5393 §3: a call that goes round between two tenants, each with a peer of its own', () => {
  test.each<[string, object, object]>([
    ['both give out tokens', {}, {}],
    ['only the first does', {}, { loopToken: false }],
    ['neither takes headers', { headers: 'none' }, { headers: 'none' }],
  ])('ends where the caller keeps URI parameters: %s', async (_, one, two) => {
    expect(await redirects(world(one, two))).toBe(1);
  });
});

test('a host that nobody serves here gets no token', async () => {
  const { json } = await invite(world(), 'sip:out@one.example');
  expect(json.contacts).toEqual(['<sip:bob@elsewhere.example;cause=302>;q=1.0;mp=1']);
});

test('warm, that is one read all the same, and none of what another tenant wrote', async () => {
  const of = world();
  await invite(of, 'sip:out@one.example');
  expect(of.reads()).toEqual(expect.arrayContaining(['serves elsewhere.example']));
  await invite(of, 'sip:out@one.example');
  expect(of.reads()).toEqual(['subscriber one.example out']);
});

test('where it cannot be known who is served, calls are decided without a token', async () => {
  const of = world();
  of.state.fault = undefined;
  const { reader } = of;
  Object.assign(reader, { serves: () => Promise.reject(new Error('down')) });
  const { json } = await invite(of, 'sip:bob@one.example');
  expect(json).toMatchObject({
    action: 'redirect',
    contacts: ['<sip:bob@two.example;cause=302>;q=1.0;mp=1'],
  });
  expect(json).not.toHaveProperty('degraded');
});
