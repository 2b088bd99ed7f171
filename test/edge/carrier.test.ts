/**
 * Calls that the edge follows to a carrier who takes only its customer's numbers: what the gateway sees, and
 * whether it takes the call (RFC 3325, RFC 3323, RFC 5806, RFC 7044, RFC 8224, RFC 8946).
 */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign, compactVerify, decodeJwt, importSPKI } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePeer } from '../../functions/rules/peers.ts';
import type { PeerSource } from '../../functions/rules/schema/peers-document.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { writePeer } from '../../infra/local/peer.ts';
import { Edge } from './edge.ts';
import { PATIENT_DIVERT, PATIENT_EDGE } from './patience.ts';
import { finalOf, lines, type RawAnswer, RawPhone, rawCall } from './raw.ts';
import { found } from './scenario.ts';
import { warm } from './warm.ts';
import { waysToAsk } from './ways.ts';

const TRUNK = '127.0.0.2';
const OURS = /^\+4930100\d{2,4}$/;
const BOB = '+4930100012';
const OUTSIDE = '+4915112345678';

const pair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const OWN = pair();
const ORIGINATING = pair();

const seconds = () => Math.floor(Date.now() / 1000);
const identityClaims = (value: string) => decodeJwt(value.split(';')[0] ?? '');

/** What such a carrier says to an INVITE; `strict`: it looks at From too, where P-Asserted-Identity is sound. */
function refusal(invite: string, host: string, strict: boolean): string | undefined {
  const one = (name: string) => lines(invite, name);
  const number = (value = '') => /<(?:sip:|tel:)(\+\d+)[@>;]/.exec(value)?.[1];
  const [asserted] = one('p-asserted-identity');
  const shown = number(asserted ?? one('from')[0]);
  if (!shown || !OURS.test(shown)) return '403 Not Your Number';
  const anonymous = /anonymous\.invalid/.test(one('from')[0] ?? '');
  if (strict && !anonymous && !OURS.test(number(one('from')[0]) ?? '')) return '403 Not Your From';
  const named = [...one('p-asserted-identity'), ...one('diversion')];
  const wrong = named.find((value) => !number(value) || !value.includes(`@${host}`));
  if (wrong !== undefined) return '403 Not A Number Of This Trunk';
  const stale = one('identity').some((value) => Number(identityClaims(value).iat) < seconds() - 60);
  return stale ? '403 Stale Date' : undefined;
}

type CallerId = 'original' | 'diverting' | 'diverting-from';
const peer = (callerId: CallerId): PeerSource => ({
  name: callerId,
  domains: ['example.com'],
  hosts: ['127.0.0.1'],
  trunks: [TRUNK],
  follow: { trunks: true },
  callerId,
  stir: { x5u: 'https://cert.example.com/divert.pem', key: 'carrier' },
});
const CALLER_IDS: CallerId[] = ['original', 'diverting', 'diverting-from'];

const RULES = `domain: example.com
country: DE
mainNumber: "+4930100000"
targets: { allow: ["@example.com", "+49"] }
subscribers:
  bob: { aliases: ["${BOB}", "1012"], rules: [{ when: [always], forward: "${OUTSIDE}" }] }
  carol: { rules: [{ when: always, forward: "${OUTSIDE}" }] }
  shy: { aliases: ["+4930100014"], privacy: full, rules: [{ when: always, forward: "${OUTSIDE}" }] }
  "+4930100015": { rules: [{ when: always, forward: "+4930100016" }] }
  "+4930100016": { rules: [{ when: always, forward: "${OUTSIDE}" }] }
`;

const ALICE = '<sip:+15005550100@carrier.example;user=phone>';
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

interface Case {
  readonly callerId: CallerId;
  readonly called?: string;
  readonly from?: string;
  readonly headers?: readonly string[];
  readonly strict?: true;
  /** The gateway's first line; it answers where it is 200. */
  readonly said: string;
  /** Numbers shown, without hosts: what P-Asserted-Identity and From had, and every Diversion. */
  readonly shown: readonly [asserted: string, from: string, diversions: readonly string[]];
}
const CASES: Record<string, Case> = {
  'the caller as they came: refused': {
    callerId: 'original',
    said: '403 Not Your Number',
    shown: ['', '+15005550100', [BOB]],
  },
  'the dialled number asserted': {
    callerId: 'diverting',
    said: '200 OK',
    shown: [BOB, '+15005550100', [BOB]],
  },
  'asserted, but From is looked at too': {
    callerId: 'diverting',
    strict: true,
    said: '403 Not Your From',
    shown: [BOB, '+15005550100', [BOB]],
  },
  'in From too': {
    callerId: 'diverting-from',
    strict: true,
    said: '200 OK',
    shown: [BOB, BOB, [BOB]],
  },
  'an anonymous caller stays anonymous': {
    callerId: 'diverting',
    from: ANONYMOUS,
    headers: ['Privacy: id', 'P-Asserted-Identity: <sip:+15005550100@carrier.example>'],
    said: '200 OK',
    shown: [BOB, 'anonymous', [BOB]],
  },
  'so they do where From is changed': {
    callerId: 'diverting-from',
    from: ANONYMOUS,
    headers: ['Privacy: id', 'P-Asserted-Identity: <sip:+15005550100@carrier.example>'],
    strict: true,
    said: '200 OK',
    shown: [BOB, 'anonymous', [BOB]],
  },
  'dialled by a name: the first number, and no Diversion with a name': {
    callerId: 'diverting',
    called: 'bob',
    said: '200 OK',
    shown: [BOB, '+15005550100', []],
  },
  'dialled by an extension: the same': {
    callerId: 'diverting',
    called: '1012',
    said: '200 OK',
    shown: [BOB, '+15005550100', []],
  },
  'without a number of their own: the main number': {
    callerId: 'diverting',
    called: 'carol',
    said: '200 OK',
    shown: ['+4930100000', '+15005550100', []],
  },
  'a hidden user is not told by their number': {
    callerId: 'diverting',
    called: '+4930100014',
    said: '200 OK',
    shown: ['+4930100000', '+15005550100', []],
  },
  'who diverted before is no number of this trunk’s customer, but is one': {
    callerId: 'diverting',
    headers: ['Diversion: <sip:+15005550177@elsewhere.example>;reason=no-answer;counter=1'],
    said: '200 OK',
    shown: [BOB, '+15005550100', [BOB, '+15005550177']],
  },
};

async function passport(dest: string, iat: number): Promise<string> {
  const claims = { dest: { tn: [dest.slice(1)] }, iat, orig: { tn: '15005550100' } };
  const jwt = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: 'https://o.example' })
    .sign(createPrivateKey(ORIGINATING.privateKey));
  return `Identity: ${jwt};info=<https://o.example>;alg=ES256;ppt=shaken`;
}

describe.each(waysToAsk())('asking with %s, a carrier that refuses foreign numbers', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-carrier-'));
  const edges = new Map<CallerId, Edge>();
  let local: Local;
  let gateway: RawPhone;
  /** By Call-ID. */
  const said = new Map<string, string>();
  const callIdOf = (message: string) => lines(message, 'call-id')[0] ?? '';

  beforeAll(async () => {
    gateway = await RawPhone.start(undefined, '', (invite): RawAnswer[] => {
      const looksAtFrom = invite.includes('X-Strict: yes');
      const refused = refusal(invite, `127.0.0.1:${gateway.port}`, looksAtFrom);
      const contact = { headers: ['Contact: <sip:gateway@127.0.0.1>'] };
      said.set(callIdOf(invite), refused ?? '200 OK');
      return refused
        ? [{ line: refused }]
        : [{ line: '180 Ringing' }, { line: '200 OK', after: 50, ...contact }];
    });
    const document = join(folder, 'example.com.yaml');
    writeFileSync(document, RULES);
    local = await startLocal({
      documents: [document],
      port: 0,
      environment: {
        ...PATIENT_DIVERT,
        DIVERT_STIR_KEYS: 'carrier',
        DIVERT_STIR_KEY_CARRIER: OWN.privateKey,
      },
    });
    const author = { who: 'test', from: 'localhost' };
    const starting = CALLER_IDS.map(async (callerId) => {
      const source = peer(callerId);
      const key = `key-of-${callerId}`;
      const compiled = found(compilePeer(source).peer);
      await writePeer(local.table, { source, compiled }, key, author);
      await warm(local.url, key);
      const EDGE_GATEWAY = `127.0.0.1:${gateway.port}`;
      const env = { ...PATIENT_EDGE, EDGE_CLIENT: way, DIVERT_KEY: key, EDGE_GATEWAY };
      edges.set(callerId, await Edge.start(local.url, env));
    });
    await Promise.all(starting);
  });
  afterAll(async () => {
    await Promise.all([...edges.values()].map((edge) => edge.stop()));
    gateway?.stop();
    await local?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function play(
    callerId: CallerId,
    called: string,
    from: string,
    headers: readonly string[],
  ) {
    const edge = found(edges.get(callerId));
    const uri = `sip:${called}@example.com${called.startsWith('+') ? ';user=phone' : ''}`;
    const before = gateway.invites.length;
    const final = finalOf(await rawCall(edge, { uri, from, headers, source: TRUNK }));
    const callId = callIdOf(final);
    const invite = gateway.invites.slice(before).find((text) => callIdOf(text) === callId);
    return { final, invite: found(invite), callId };
  }

  test.each(Object.entries(CASES))('%s', async (_, one) => {
    const more = one.strict ? ['X-Strict: yes'] : [];
    const { final, invite, callId } = await play(
      one.callerId,
      one.called ?? BOB,
      one.from ?? ALICE,
      [...(one.headers ?? []), ...more],
    );
    expect(said.get(callId)).toBe(one.said);
    expect(final.slice(8, 11)).toBe(one.said.slice(0, 3));
    const user = (value = '') => /<sip:([^@>]*)/.exec(value)?.[1] ?? '';
    expect([
      user(lines(invite, 'p-asserted-identity')[0]),
      user(lines(invite, 'from')[0]),
      lines(invite, 'diversion').map(user),
    ]).toEqual(one.shown);
    // An anonymous caller's wish goes on (RFC 3323), and nothing else tells who they are.
    const privacy = (one.headers ?? []).filter((line) => line.startsWith('Privacy:'));
    expect(lines(invite, 'privacy').map((value) => `Privacy: ${value}`)).toEqual(privacy);
    if (privacy.length > 0) expect(invite).not.toContain('15005550100');
  });

  test('From in the call’s other messages is that of who sees them', async () => {
    const { final, invite } = await play('diverting-from', BOB, ALICE, []);
    expect(lines(final, 'from')).toEqual([`${ALICE};tag=a`]);
    expect(lines(invite, 'from')[0]).toMatch(new RegExp(`<sip:\\${BOB}@[^>]*>;tag=a$`));
  });

  test('History-Info tells the diversion, and the target as mapped from it', async () => {
    const { invite } = await play('diverting', BOB, ALICE, ['Supported: histinfo']);
    // RFC 7044 §9.2: one for the Request-URI, then the target with mp; RFC 8119: cause.
    expect(lines(invite, 'history-info')).toEqual([
      `<sip:${BOB}@example.com;user=phone>;index=1`,
      `<sip:${OUTSIDE}@example.com;user=phone;cause=302>;index=1.1;mp=1`,
    ]);
  });

  test('a signed call goes on signed, with the diversion under Divert’s signature', async () => {
    const iat = seconds() - 5;
    const { invite } = await play('original', BOB, ALICE, [await passport(BOB, iat)]);
    const [shaken = '', div = '', ...more] = lines(invite, 'identity');
    expect(more).toEqual([]);
    expect(identityClaims(shaken)).toMatchObject({ dest: { tn: [BOB.slice(1)] }, iat });
    const key = await importSPKI(OWN.publicKey, 'ES256');
    const { payload, protectedHeader } = await compactVerify(div.split(';')[0] ?? '', key);
    expect(protectedHeader).toMatchObject({ ppt: 'div' });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      dest: { tn: [OUTSIDE.slice(1)] },
      div: { tn: BOB.slice(1) },
      iat,
      orig: { tn: '15005550100' },
    });
  });

  test('diverted twice, the chain is whole (RFC 8946 §4.1)', async () => {
    const headers = [await passport('+4930100015', seconds())];
    const { invite } = await play('original', '+4930100015', ALICE, headers);
    const dests = lines(invite, 'identity').map((value) => {
      const { dest, div } = identityClaims(value) as Record<string, { tn: unknown }>;
      return [div?.tn ?? '', dest?.tn];
    });
    expect(dests).toEqual([
      ['', ['4930100015']],
      ['4930100015', ['4930100016']],
      ['4930100016', [OUTSIDE.slice(1)]],
    ]);
  });

  test('where another number is asserted, nothing is signed for it', async () => {
    const { invite } = await play('diverting', BOB, ALICE, [await passport(BOB, seconds())]);
    expect(lines(invite, 'identity').map((value) => identityClaims(value).dest)).toEqual([
      { tn: [BOB.slice(1)] },
    ]);
  });

  test('after a long ringing no signature goes out that is stale (RFC 8224 §6.2)', async () => {
    const { invite, final } = await play('diverting', BOB, ALICE, [
      await passport(BOB, seconds() - 70),
    ]);
    expect(lines(invite, 'identity')).toEqual([]);
    expect(final).toMatch(/^SIP\/2\.0 200 /);
  });

  test('only where Divert sends them do numbers reach the gateway', async () => {
    const edge = found(edges.get('original'));
    const before = gateway.invites.length;
    const final = finalOf(await rawCall(edge, { uri: `sip:${OUTSIDE}@example.com`, from: ALICE }));
    expect(final).toMatch(/^SIP\/2\.0 404 /);
    expect(gateway.invites.slice(before)).toEqual([]);
  });

  test('logs no warning and no error', () => {
    for (const edge of edges.values()) expect(edge.complaints).toEqual([]);
  });
});
