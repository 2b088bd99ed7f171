/**
 * The same calls over TLS (RFC 3261 §26.2.1) and IPv6, on the side of the caller and of the phones, and Divert asked
 * by HTTPS with a certificate that is checked (RFC 9110 §4.3.4).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ownCertificate } from '../../infra/edge/kamailio/certificate.ts';
import { cancelled } from './basic-calls.ts';
import { Edge } from './edge.ts';
import { PATIENT_EDGE } from './patience.ts';
import { freePort } from './ports.ts';
import { finalOf, RawPhone, rawCall } from './raw.ts';
import { outcomes } from './scenario.ts';
import { play, type Way } from './sipp.ts';
import { answering, callAndFollow, onOutcome, refusing, to } from './steps.ts';
import { Tunnels } from './tunnels.ts';
import { waysToAsk } from './ways.ts';
import { type Script, ScriptedWebhook } from './webhook.ts';

const folder = mkdtempSync(join(tmpdir(), 'divert-transports-'));
const certificate = ownCertificate(folder, ['example.com', '127.0.0.1', 'localhost']);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WAYS: Readonly<Record<string, Way & { readonly tls?: true }>> = {
  TLS: { tcp: true, tls: true },
  'IPv6, UDP': { ipv6: true },
  'IPv6, TCP': { ipv6: true, tcp: true },
  'IPv6, TLS': { tcp: true, ipv6: true, tls: true },
};

/** What Bob's phone does, and what Divert says; Carol answers. */
const CALLS: Readonly<
  Record<
    string,
    {
      readonly b?: readonly string[];
      readonly divert: (carol: string) => Script;
      readonly provisional?: readonly number[];
      readonly asked: readonly string[];
    }
  >
> = {
  always: { divert: (carol) => () => to(carol), asked: ['-'] },
  busy: { b: refusing(486), divert: (carol) => onOutcome(to(carol)), asked: ['-', '486'] },
  'no answer': {
    b: cancelled(),
    divert: (carol) => onOutcome(to(carol), 2),
    provisional: [180],
    asked: ['-', '408+'],
  },
};
const CASES = Object.keys(WAYS).flatMap((way) =>
  Object.keys(CALLS).map((call) => [way, call] as const),
);

describe('to callers and phones', () => {
  const webhook = new ScriptedWebhook();
  let edge: Edge;
  let tlsPort: number;
  const tunnels = new Tunnels();
  beforeAll(async () => {
    tlsPort = await freePort();
    edge = await Edge.start(await webhook.start(), {
      ...PATIENT_EDGE,
      EDGE_LISTEN: '127.0.0.1,::1',
      EDGE_TLS_PORT: String(tlsPort),
      EDGE_CERTIFICATE: certificate,
    });
  });
  afterAll(async () => {
    tunnels.stop();
    await edge?.stop();
    await webhook.stop();
  });

  test.concurrent.each(CASES)('%s: %s', async (wayName, callName) => {
    const way = WAYS[wayName] ?? {};
    const {
      b,
      divert,
      provisional = [],
      asked,
    } = CALLS[callName] ?? { divert: () => () => ({}), asked: [] };
    const n = CASES.findIndex(([w, c]) => w === wayName && c === callName);
    const [bob, carol] = [`bob-${n}`, `carol-${n}`];
    webhook.scripts.set(bob, divert(`sip:${carol}@example.com`));
    const address = way.ipv6 ? '::1' : '127.0.0.1';
    const host = way.ipv6 ? '[::1]' : address;
    const transport = way.tls ? 'tls' : way.tcp ? 'tcp' : 'udp';
    // Debian's SIPp has no TLS of its own.
    const sipp: Way = way.tls ? { tcp: true } : way;
    const parties = [];
    for (const [user, steps] of [
      [bob, b],
      [carol, answering()],
    ] as const) {
      if (steps === undefined) continue;
      const phone = await play(edge.port, steps, sipp);
      parties.push(phone);
      const port = way.tls ? await tunnels.phone(address, phone.port, certificate) : phone.port;
      await edge.register(user, `sip:${user}@${host}:${port};transport=${transport}`);
    }
    const port = way.tls ? await tunnels.caller(address, tlsPort, certificate) : edge.port;
    const steps = callAndFollow(`sip:${bob}@example.com`, 'new Call-ID', provisional);
    parties.push(await play(port, steps, sipp));
    await Promise.all(parties.map(({ done }) => done));
    const questions = webhook.asked(bob);
    expect(outcomes(questions)).toEqual(asked);
    expect(questions[0]).toMatchObject({
      transport,
      sourceAddress: way.ipv6 ? '::1' : '127.0.0.1',
    });
  });

  test('logs no warning and no error', () => {
    // The phones that are called over TLS have registered over UDP here.
    const expected = /protocol\/port mismatch \(forced udp:/;
    expect(edge.complaints.filter((line) => !expected.test(line))).toEqual([]);
  });
});

/** A Divert behind a TLS server with this certificate: it forwards everybody to Carol. */
async function secureDivert(
  pem: string,
): Promise<{ server: Server; port: number; asked: string[] }> {
  const asked: string[] = [];
  const both = readFileSync(pem);
  const server = createServer({ cert: both, key: both }, async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    asked.push(JSON.parse(body).requestUri);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ decisionId: '0', ...to('sip:carol@example.com').json }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, asked };
}

describe.each(waysToAsk())('to Divert, asked with %s', (way) => {
  const another = ownCertificate(join(folder, way), ['other.example']);
  const CERTIFICATES = {
    'signed by one that is trusted': {
      shown: certificate,
      trusted: certificate,
      host: 'localhost',
      held: true,
    },
    'signed by another': { shown: certificate, trusted: another, host: '127.0.0.1', held: false },
    'signed by nobody whom this system trusts': {
      shown: certificate,
      trusted: undefined,
      host: '127.0.0.1',
      held: false,
    },
    "another host's": { shown: another, trusted: another, host: '127.0.0.1', held: false },
  };

  test.concurrent.each(Object.entries(CERTIFICATES))(
    'a certificate %s',
    async (_, { shown, trusted, host, held }) => {
      const divert = await secureDivert(shown);
      const url = `https://${host}:${divert.port}`;
      const edge = await Edge.start(url, {
        ...PATIENT_EDGE,
        EDGE_CLIENT: way,
        ...(trusted ? { DIVERT_AUTHORITIES: trusted } : {}),
      });
      const bob = await RawPhone.start(edge, 'bob', [{ line: '486 Busy Here' }]);
      try {
        const last = finalOf(await rawCall(edge, { uri: 'sip:bob@example.com' }));
        // What B's phone says is told to A where Divert is not asked: B rings.
        expect(last).toMatch(held ? /^SIP\/2\.0 302 / : /^SIP\/2\.0 486 /);
        expect(divert.asked.length > 0).toBe(held);
        expect(bob.invites).toHaveLength(held ? 0 : 1);
        const said = () => edge.log.split('\n').filter((line) => /certificate/i.test(line));
        if (held) expect(edge.complaints).toEqual([]);
        else {
          await vi.waitFor(
            () => expect(said().join('\n')).toMatch(/^edge: Divert at .*certificate/m),
            10_000,
          );
          const lines = said().filter((line) => !line.startsWith('edge: '));
          expect(lines.join('\n')).toContain(
            `Divert at ${url} shows a certificate that is not trusted or is another host's`,
          );
        }
      } finally {
        bob.stop();
        await edge.stop();
        divert.server.closeAllConnections();
        divert.server.close();
      }
    },
  );
});
