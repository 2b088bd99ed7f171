import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { invite } from './sip.ts';

const { getExpectedTwilioSignature } = createRequire(import.meta.url)(
  'twilio/lib/webhooks/webhooks',
);

const KEY = 'local-key';
const SECRET = '0123456789abcdef0123456789abcdef';
const NUMBER = '+493000000001';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const curri =
  '<Request xmlns="urn:oasis:names:tc:xacml:2.0:context:schema:os"><Subject><Attribute AttributeId=' +
  `"urn:Cisco:uc:1.0:callednumber"><AttributeValue>${NUMBER}</AttributeValue></Attribute></Subject></Request>`;

/** A question of each dialect about the same user, and what its answer must say. */
const QUESTIONS: Record<
  string,
  { headers?: Record<string, string>; query?: string; body: string; says: RegExp }
> = {
  kamailio: {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ru: 'sip:bob@example.com', ci: '1', fU: 'alice', fd: 'example.com' }),
    says: /"contacts":\["<sip:carol@example\.com;cause=302[^"]*>;q=1\.0/,
  },
  drachtio: {
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
    query: 'method=INVITE&source_address=198.51.100.7&uri=sip%3Abob%40example.com',
    body: invite({ called: 'name' }),
    says: /"contact":\["<sip:carol@example\.com/,
  },
  freeswitch: {
    headers: FORM,
    body: form({
      section: 'dialplan',
      variable_sip_req_uri: 'bob@example.com',
      'Hunt-Context': 'public',
    }),
    says: /application="redirect" data="sip:carol@example\.com/,
  },
  asterisk: {
    headers: FORM,
    body: form({ callee: 'bob', caller: 'alice', call_id: '1', domain: 'example.com' }),
    says: /^action=redirect&contact=sip%3Acarol%40example\.com/,
  },
  curri: {
    headers: { 'content-type': 'text/xml; charset=ISO-8859-1' },
    body: curri,
    says: /&lt;destination&gt;carol@example\.com&lt;/,
  },
  jambonz: {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      to: 'bob',
      from: 'alice',
      call_id: '1',
      sip: { headers: { to: '<sip:bob@example.com>' } },
    }),
    says: /"sipUri":"sip:carol@example\.com/,
  },
  twilio: {
    headers: FORM,
    body: form({ To: 'sip:bob@example.com', From: 'sip:alice@example.com', CallSid: 'CA1' }),
    says: /<Sip>sip:carol@example\.com/,
  },
};

describe('the bundle behind the local server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-dialects-'));
  let local: Local;

  beforeAll(async () => {
    const document = join(folder, 'rules.yaml');
    writeFileSync(
      document,
      [
        'domain: example.com',
        'subscribers:',
        `  bob: { aliases: ["${NUMBER}"], rules: [{ name: all, when: always, forward: carol }] }`,
        '  carol: {}',
        '  frank: {}',
      ].join('\n'),
    );
    const pair = `${createHash('sha256').update(KEY).digest('hex')}:${SECRET}`;
    local = await startLocal({
      documents: [document],
      port: 0,
      key: KEY,
      environment: {
        DIVERT_DEADLINE_MS: '5000',
        DIVERT_SECRETS_TWILIO: pair,
        DIVERT_SECRETS_JAMBONZ: pair,
      },
    });
  });
  afterAll(async () => {
    await local?.stop();
    rmSync(folder, { recursive: true });
  });

  const post = async (path: string, name: string, headers: Record<string, string> = {}) => {
    const { query = '', body, headers: own } = QUESTIONS[name] as (typeof QUESTIONS)[string];
    const url = `${local.url}/v1/route/${path}${query && `?${query}`}`;
    const response = await fetch(url, { method: 'POST', headers: { ...own, ...headers }, body });
    return { status: response.status, text: await response.text() };
  };

  test.each(Object.keys(QUESTIONS))('%s: key in the path, as bearer, as password', async (name) => {
    const { says } = QUESTIONS[name] as (typeof QUESTIONS)[string];
    const basic = { authorization: `Basic ${Buffer.from(`divert:${KEY}`).toString('base64')}` };
    for (const answer of [
      await post(`${name}/${KEY}`, name),
      await post(`${name}/${KEY}/`, name),
      await post(name, name, { authorization: `Bearer ${KEY}` }),
      await post(name, name, basic),
      await post(`${name}/`, name, basic),
    ]) {
      expect(answer.text).toMatch(says);
      expect(answer.status).toBe(200);
    }
    expect((await post(`${name}/wrong`, name)).status).toBe(401);
    expect((await post(name, name)).status).toBe(401);
  });

  test('drachtio asks by GET; the local peer has a defaultRoute', async () => {
    const ask = async (user: string) =>
      (
        await fetch(
          `${local.url}/v1/route/drachtio/${KEY}/?method=INVITE&uri=sip%3A${user}%40example.com`,
        )
      ).json();
    expect(await ask('bob')).toMatchObject({ action: 'redirect' });
    expect(await ask('frank')).toMatchObject({ action: 'route' });
  });

  test('CUCM keeps its connection alive by HEAD', async () => {
    const response = await fetch(`${local.url}/v1/route/curri/${KEY}`, { method: 'HEAD' });
    expect(response.status).toBe(200);
  });

  test('signed requests need no key', async () => {
    const time = Math.floor(Date.now() / 1000);
    const { body = '' } = QUESTIONS.jambonz ?? {};
    const v1 = createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex');
    const jambonz = await post('jambonz', 'jambonz', { 'jambonz-signature': `t=${time},v1=${v1}` });
    expect(jambonz.status).toBe(200);
    const url = `${local.url}/v1/route/twilio`;
    const fields = Object.fromEntries(new URLSearchParams(QUESTIONS.twilio?.body));
    const signature = getExpectedTwilioSignature(SECRET, url, fields);
    const signed = await post('twilio', 'twilio', {
      'x-twilio-signature': signature,
      'x-forwarded-proto': 'http',
    });
    expect(signed.status).toBe(200);
  });

  test('a dialect that there is not is 404', async () => {
    const response = await fetch(`${local.url}/v1/route/audiocodes`, { method: 'POST', body: '' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ field: 'path' });
  });
});
