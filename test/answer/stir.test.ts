import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign, compactVerify, decodeJwt, decodeProtectedHeader, importSPKI } from 'jose';
import { describe, expect, test } from 'vitest';
import { createSigningKeys } from '../../functions/answer/signing-keys.ts';
import type { Peer } from '../../functions/decide/model.ts';
import { compilePeer } from '../../functions/rules/peers.ts';
import { loadSound } from '../rules/load.ts';
import { call, door, http, KEY } from './fixtures.ts';

const X5U = 'https://cert.example.com/divert.pem';
const pair = (namedCurve = 'P-256') =>
  generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const OWN = pair();
const ORIGINATING = pair();
const ORIG = { tn: '12125550100' };
const IAT = 1_795_600_000;

const { policy, subscribers } = loadSound(`domain: example.com
country: DE
targets: { allow: ["@example.com", "+49"] }
mainNumber: "+49301234560"
subscribers:
  bob: { aliases: ["+49301234567"], rules: [{ when: busy, forward: [{ to: "+4930765432" }, { to: carol }, { to: "+4930765433" }] }] }
  shy: { aliases: ["+49301234569"], privacy: full, rules: [{ when: busy, forward: "+4930765432" }] }
  carol: {}
`);

async function signed(dest: string, more: object = {}, ppt = 'shaken'): Promise<string> {
  const payload = JSON.stringify({ dest: { tn: [dest] }, iat: IAT, orig: ORIG, ...more });
  const jwt = await new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'ES256', ppt, typ: 'passport', x5u: 'https://cert.example.net/o' })
    .sign(createPrivateKey(ORIGINATING.privateKey));
  return `${jwt};info=<https://cert.example.net/o>;alg=ES256;ppt=${ppt}`;
}

const STIR = { stir: { x5u: X5U, key: 'carrier' } };

async function ask(request: object, settings: object = STIR, env: object = {}) {
  const peer = compilePeer({ name: 'edge', domains: ['example.com'], ...settings }).peer as Peer;
  const signingKeys = createSigningKeys(
    { DIVERT_STIR_KEYS: 'carrier', DIVERT_STIR_KEY_CARRIER: OWN.privateKey, ...env },
    Date.now,
    async () => undefined,
  );
  const rules = {
    peers: { [KEY]: peer },
    policies: [{ ...policy, version: 1 }],
    subscribers: { 'example.com': [...subscribers] },
  };
  const { json, lines } = await (async () => {
    const of = door(rules, { signingKeys });
    const { json } = await of.ask(http(call(request)));
    return { json, lines: of.lines };
  })();
  expect(lines.filter((line) => line.event === 'error')).toEqual([]);
  return json;
}

const BOB = 'sip:+49301234567@example.com;user=phone';
const divs = (headers: readonly string[] = []): string[] =>
  headers.filter((line) => line.startsWith('Identity: ')).map((line) => line.slice(10));

async function claims(identity: string): Promise<unknown> {
  const [jwt = '', ...params] = identity.split(';');
  expect(params).toEqual([`info=<${X5U}>`, 'alg=ES256', 'ppt=div']);
  expect(decodeProtectedHeader(jwt)).toEqual({
    alg: 'ES256',
    ppt: 'div',
    typ: 'passport',
    x5u: X5U,
  });
  const { payload } = await compactVerify(jwt, await importSPKI(OWN.publicKey, 'ES256'));
  return JSON.parse(new TextDecoder().decode(payload));
}

const div = (tn: string, from = '49301234567') => ({
  dest: { tn: [tn] },
  div: { tn: from },
  iat: IAT,
  orig: ORIG,
});

describe('RFC 8946: a call that came signed is diverted under signature', () => {
  test('§7: the 302 has one for each E.164 target', async () => {
    const json = await ask({ requestUri: BOB, headers: { Identity: await signed('49301234567') } });
    expect(json.contacts).toHaveLength(3);
    const found = divs(json.headers);
    expect(await Promise.all(found.map(claims))).toEqual([div('4930765432'), div('4930765433')]);
    expect(json).not.toHaveProperty('divs');
  });

  test('§4.1: so has each branch of who follows it, the original left in place', async () => {
    const json = await ask(
      {
        requestUri: BOB,
        canFollow: true,
        transport: 'wss',
        headers: { Identity: await signed('49301234567') },
      },
      { ...STIR, follow: { transports: ['wss'] } },
    );
    const branches = json.follow?.legs.flatMap((leg) => leg.branches) ?? [];
    const found = branches.map((branch) => divs(branch.headers));
    expect(found.map((of) => of.length)).toEqual([1, 0, 1]);
    expect(await claims(found[2]?.[0] ?? '')).toEqual(div('4930765433'));
  });

  test('§4.1: diverted again, it is by the last of the chain', async () => {
    const first = await signed('49309999999');
    const again = await signed('49301234567', { iat: IAT + 1, div: { tn: '49309999999' } }, 'div');
    const json = await ask({ requestUri: BOB, headers: { Identity: [first, again] } });
    expect(await claims(divs(json.headers)[0] ?? '')).toEqual({
      ...div('4930765432'),
      iat: IAT + 1,
    });
  });

  test('a retransmission differs in the signature alone', async () => {
    const request = { requestUri: BOB, headers: { Identity: await signed('49301234567') } };
    const [one, two] = [await ask(request), await ask(request)];
    const unsigned = (json: object) => JSON.stringify(json).replace(/\.[\w-]{86};info/g, ';info');
    expect(unsigned(one)).toBe(unsigned(two));
  });

  test.each<[why: string, request: object, settings?: object, env?: object]>([
    ['the call came without', {}],
    ['it was for another number', { headers: { Identity: 'OTHER' } }],
    [
      'it is in compact form (RFC 8224 §7)',
      { headers: { Identity: '..sig;info=<https://a.example>' } },
    ],
    [
      'it can not be read',
      { headers: { Identity: ['a.b.c;info=<x>', 'a.W10.c', 'a.bnVsbA.c', '', '.'] } },
    ],
    ['a name was dialled', { requestUri: 'sip:bob@example.com', headers: { Identity: 'FOR' } }],
    [
      'the diverting user is hidden',
      { requestUri: 'sip:+49301234569@example.com', headers: { Identity: 'SHY' } },
    ],
    ['the peer does not sign', { headers: { Identity: 'FOR' } }, {}],
    ['the key is not there', { headers: { Identity: 'FOR' } }, STIR, { DIVERT_STIR_KEYS: '' }],
  ])('none where %s', async (_, request, settings, env) => {
    const values: Record<string, string> = {
      FOR: await signed('49301234567'),
      OTHER: await signed('49301234568'),
      SHY: await signed('49301234569'),
    };
    const text = JSON.stringify({ requestUri: BOB, ...request }).replace(
      /"(FOR|OTHER|SHY)"/g,
      (_all, name: string) => JSON.stringify(values[name]),
    );
    const json = await ask(JSON.parse(text), settings, env);
    expect(json.action).toBe('redirect');
    expect(divs(json.headers)).toEqual([]);
  });

  test('none on a branch that asserts another identity', async () => {
    const json = await ask(
      {
        requestUri: BOB,
        canFollow: true,
        transport: 'ws',
        headers: { Identity: await signed('49301234567') },
      },
      { ...STIR, follow: { transports: ['ws'] }, callerId: 'diverting' },
    );
    const branches = json.follow?.legs.flatMap((leg) => leg.branches) ?? [];
    expect(branches[0]).toHaveProperty('assertedIdentity');
    expect(branches.flatMap((branch) => divs(branch.headers))).toEqual([]);
  });

  test('a key that is none on P-256 is refused at start (RFC 8225 §8)', () => {
    const env = { DIVERT_STIR_KEYS: 'a', DIVERT_STIR_KEY_A: pair('secp384r1').privateKey };
    expect(() => createSigningKeys(env, Date.now, async () => undefined)).toThrow('P-256');
  });

  test('a key that is replaced in Parameter Store is used from then on', async () => {
    let now = 0;
    let pem = OWN.privateKey;
    const env = { DIVERT_STIR_KEYS: 'a', DIVERT_SECRETS: '/divert/x/' };
    const asked: string[] = [];
    const keys = createSigningKeys(
      env,
      () => now,
      async (name) => {
        asked.push(name);
        return pem;
      },
    );
    await keys.start();
    const first = await keys.of('a');
    pem = ORIGINATING.privateKey;
    now = 21_000;
    await keys.of('a');
    await expect.poll(async () => (await keys.of('a')) === first).toBe(false);
    expect(asked[0]).toBe('/divert/x/stir/a');
    expect(await keys.of('unknown')).toBeUndefined();
  });
});

/**
 * A signer of another author, where it is installed (Debian: secsipidx). Its checks know `shaken`
 * alone, so that it can sign the call that is diverted, and jose has to verify the diversion.
 */
const INSTALLED = spawnSync('secsipidx', ['-version'], { timeout: 10_000 }).error === undefined;

test.skipIf(!INSTALLED)('a call that secsipidx signed is diverted under signature', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-stir-'));
  const key = join(folder, 'key.pem');
  writeFileSync(key, ORIGINATING.privateKey);
  const signing = [
    '-sign-full',
    '-fprvkey',
    key,
    '-x5u',
    'https://cert.example.net/o',
    '-attest',
    'A',
  ];
  const numbers = ['-orig-tn', ORIG.tn, '-dest-tn', '49301234567'];
  const { stdout } = spawnSync('secsipidx', [...signing, ...numbers], { timeout: 10_000 });
  rmSync(folder, { recursive: true });
  const identity = stdout.toString().trim();
  const { iat } = decodeJwt(identity.split(';')[0] ?? '');
  const json = await ask({ requestUri: BOB, headers: { Identity: identity } });
  expect(await Promise.all(divs(json.headers).map(claims))).toEqual([
    { ...div('4930765432'), iat },
    { ...div('4930765433'), iat },
  ]);
});

test('openssl finds the signature good, and that of another key not', async () => {
  const json = await ask({ requestUri: BOB, headers: { Identity: await signed('49301234567') } });
  const [jwt = ''] = divs(json.headers)[0]?.split(';') ?? [];
  const [header, payload, signature = ''] = jwt.split('.');
  const folder = mkdtempSync(join(tmpdir(), 'divert-stir-'));
  const [key, text] = [join(folder, 'public.pem'), join(folder, 'signature')];
  writeFileSync(text, derOf(Buffer.from(signature, 'base64url')));
  const check = (publicKey: string): number | null => {
    writeFileSync(key, publicKey);
    const args = ['dgst', '-sha256', '-verify', key, '-signature', text];
    return spawnSync('openssl', args, { input: `${header}.${payload}`, timeout: 10_000 }).status;
  };
  expect(check(OWN.publicKey)).toBe(0);
  expect(check(ORIGINATING.publicKey)).not.toBe(0);
  rmSync(folder, { recursive: true });
});

/** RFC 7518 §3.4: r and s side by side, as openssl wants them: a SEQUENCE of INTEGERs. */
function derOf(signature: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const zeros = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.subarray(zeros);
    const value = (digits[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), digits]) : digits;
    return Buffer.concat([Buffer.of(0x02, value.length), value]);
  };
  const both = [integer(signature.subarray(0, 32)), integer(signature.subarray(32))];
  const body = Buffer.concat(both);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}
