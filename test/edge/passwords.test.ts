/**
 * Phones with passwords in the sample edge (RFC 3261 §22, RFC 2617): who registers, who calls, who dials a code;
 * and that nobody outside this machine can call without one.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { passwordsFile } from '../../infra/edge/kamailio/passwords.ts';
import { credentials, md5 } from './digest.ts';
import { Edge } from './edge.ts';
import { PATIENT_EDGE } from './patience.ts';
import { RawPhone, rawCall } from './raw.ts';
import { exchange, request } from './sip.ts';
import { to } from './steps.ts';
import { ScriptedWebhook } from './webhook.ts';

const folder = mkdtempSync(join(tmpdir(), 'divert-passwords-'));
const file = join(folder, 'passwords');
writeFileSync(file, '# of the house\nalice wonderland-4\nbob builder-of-7\n', { mode: 0o600 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The request again with an answer to the challenge, or the reply where it was none. */
async function withPassword(
  port: number,
  method: 'REGISTER' | 'INVITE',
  uri: string,
  who: { readonly user: string; readonly as?: string; readonly password: string },
  lines: readonly string[] = [],
): Promise<string> {
  const first = await final(port, request(method, uri, { user: who.user, lines }));
  const answer = credentials(first, method, uri, who.as ?? who.user, who.password);
  if (answer === undefined) return first;
  return final(port, request(method, uri, { user: who.user, cseq: 2, lines: [...lines, answer] }));
}

/** The first line that is no 100. */
async function final(port: number, message: string): Promise<string> {
  const reply = await exchange(port, message, 4000);
  return reply ?? 'nothing';
}

const status = (reply: string) => Number(reply.slice(8, 11));
const contact = ['Contact: <sip:phone@127.0.0.1:9>', 'Expires: 300'];

describe('phones', () => {
  const webhook = new ScriptedWebhook();
  let edge: Edge;
  beforeAll(async () => {
    edge = await Edge.start(await webhook.start(), { ...PATIENT_EDGE, EDGE_PASSWORDS: file });
    webhook.scripts.set('carol', () => to('sip:dave@example.com'));
  });
  afterAll(async () => {
    await edge?.stop();
    await webhook.stop();
  });

  test.each([
    ['without a password', { user: 'alice', password: '' }, 401],
    ["with another's", { user: 'alice', password: 'builder-of-7' }, 401],
    ['as another, with their own', { user: 'alice', as: 'bob', password: 'builder-of-7' }, 403],
    ['whom nobody knows', { user: 'erin', password: 'wonderland-4' }, 401],
    ['with their own', { user: 'alice', password: 'wonderland-4' }, 200],
  ])('REGISTER %s', async (_, who, expected) => {
    const reply = await withPassword(edge.port, 'REGISTER', 'sip:example.com', who, contact);
    expect(status(reply)).toBe(expected);
  });

  test.each([
    ['without the password', { user: 'alice', password: 'none' }, 407],
    ['as another', { user: 'alice', as: 'bob', password: 'builder-of-7' }, 403],
  ])('INVITE %s rings nobody', async (_, who, expected) => {
    const reply = await withPassword(edge.port, 'INVITE', 'sip:carol@example.com', who);
    expect(status(reply)).toBe(expected);
    expect(webhook.asked('carol')).toEqual([]);
  });

  test('INVITE with it is asked about', async () => {
    const who = { user: 'alice', password: 'wonderland-4' };
    const reply = await withPassword(edge.port, 'INVITE', 'sip:carol@example.com', who);
    expect([100, 302]).toContain(status(reply));
    await vi.waitFor(() => expect(webhook.asked('carol')).toHaveLength(1), 5000);
  });

  test('keeps no password, and says none', () => {
    const written = passwordsFile(file, ['example.com', 'example.org']);
    expect(written).toContain('alice@example.org');
    expect(written).toContain(md5('bob:example.com:builder-of-7'));
    expect(written + edge.log).not.toMatch(/wonderland|builder/);
    expect(edge.complaints).toEqual([]);
  });
});

describe('what cannot be', () => {
  const run = (env: NodeJS.ProcessEnv) =>
    promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, '../../infra/edge/kamailio/run.ts')],
      { env: { ...process.env, ...env } },
    );
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

  test.each([
    [
      'an address outside, without passwords',
      { EDGE_LISTEN: outside ?? '192.0.2.1' },
      'set EDGE_PASSWORDS',
    ],
    ['every address at once', { EDGE_LISTEN: '0.0.0.0', EDGE_PASSWORDS: file }, '0.0.0.0 is none'],
    [
      'an address of another machine',
      { EDGE_LISTEN: '192.0.2.1', EDGE_PASSWORDS: file },
      'no address of this machine',
    ],
    ['no such file', { EDGE_PASSWORDS: join(folder, 'none') }, 'cannot be read (ENOENT)'],
    ['an advertised URI', { EDGE_ADVERTISE: 'sip:edge.example.com' }, 'a host name or address'],
    ['an advertised name of nobody', { EDGE_ADVERTISE: 'edge.invalid' }, 'cannot be looked up'],
    [
      'a certificate without a key',
      { EDGE_TLS_PORT: '1', EDGE_CERTIFICATE: file },
      'has no certificate in PEM',
    ],
  ])('%s', async (_, env, said) => {
    await expect(run(env)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(said),
    });
  });

  test('a password that is short', () => {
    const short = join(folder, 'short');
    writeFileSync(short, 'alice short\n');
    expect(() => passwordsFile(short, ['example.com'])).toThrow(/line 1 .* 8 characters/);
    expect(readFileSync(short, 'utf8')).toContain('short');
  });
});

test('says of itself what is to be said of it, behind a NAT (RFC 3261 §18.2.1, §16.6 item 4)', async () => {
  const webhook = new ScriptedWebhook();
  const edge = await Edge.start(await webhook.start(), {
    ...PATIENT_EDGE,
    EDGE_ADVERTISE: '192.0.2.7',
  });
  const bob = await RawPhone.start(edge, 'bob', [{ line: '486 Busy Here' }]);
  try {
    await rawCall(edge, { uri: 'sip:bob@example.com' });
    const [seen = ''] = bob.invites;
    expect(seen).toMatch(new RegExp(`^Via: SIP/2\\.0/UDP 192\\.0\\.2\\.7:${edge.port};`, 'm'));
    expect(seen).toMatch(new RegExp(`^Record-Route: <sip:192\\.0\\.2\\.7:${edge.port};`, 'm'));
  } finally {
    bob.stop();
    await edge.stop();
    await webhook.stop();
  }
});
