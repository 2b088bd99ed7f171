import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { hashPeerKey } from '../../../functions/store/peer-key.ts';
import { eventFor } from '../bench/world.ts';
import type { Quota } from './quota.ts';
import type { LambdaWorld } from './world.ts';

const SECRET = 'a-secret-of-twilio';
const HOST = 'api.example.com';
const PATH = '/v1/route/twilio';

/** First signed calls of instances that have just started. */
export interface SecretsRow {
  /** After which Parameter Store answers, milliseconds. */
  readonly latency: number;
  /** How many first calls were decided by the rules, and how many were not. */
  readonly decided: number;
  readonly degraded: number;
  /** The longest of them. */
  readonly longestMs: number;
}

/** Starts so many instances for each latency, one after the other, and calls each once. */
export async function secretsTable(
  world: LambdaWorld,
  latencies: readonly number[],
  starts: number,
  quota?: Quota,
): Promise<SecretsRow[]> {
  const rows: SecretsRow[] = [];
  for (const latency of latencies) {
    const store = await parameterStore(latency);
    const env = { DIVERT_SECRETS: '/divert/test/', AWS_ENDPOINT_URL_SSM: store.endpoint };
    const times: number[] = [];
    let decided = 0;
    try {
      for (let i = 0; i < starts; i++) {
        const { instance, stop } = await world.instance('dialect', { env, quota });
        try {
          const { result, milliseconds } = await instance.invoke(signedEvent(i));
          times.push(milliseconds);
          if (result.body?.includes('sip:carol@')) decided++;
        } finally {
          await stop();
        }
      }
    } finally {
      store.stop();
    }
    rows.push({ latency, decided, degraded: starts - decided, longestMs: Math.max(...times) });
  }
  return rows;
}

/** Answers as Systems Manager does, after so long. */
async function parameterStore(latency: number) {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { Name } = JSON.parse(body) as { Name: string };
    await sleep(latency);
    const found = Name.endsWith('/twilio');
    const Value = `${hashPeerKey('bench-key')}:${SECRET}`;
    response.writeHead(found ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(found ? { Parameter: { Name, Value } } : { __type: 'ParameterNotFound' }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Bob is busy, as Twilio says it, signed. */
function signedEvent(i: number): object {
  const fields = {
    To: 'sip:bob@example.com',
    From: 'sip:alice@example.com',
    SipCallId: `secrets-${i}`,
    DialCallStatus: 'busy',
    DialSipResponseCode: '486',
  };
  const signature = getExpectedTwilioSignature(SECRET, `https://${HOST}${PATH}`, fields);
  return {
    ...eventFor('bob'),
    routeKey: 'ANY /v1/route/{dialect+}',
    rawPath: PATH,
    headers: {
      host: HOST,
      'x-forwarded-proto': 'https',
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature,
    },
    requestContext: { http: { method: 'POST', path: PATH, sourceIp: '192.0.2.1' } },
    body: Buffer.from(new URLSearchParams(fields).toString()).toString('base64'),
    isBase64Encoded: true,
  };
}

/** The rows in Markdown. */
export function printSecrets(rows: readonly SecretsRow[]): string {
  const head = ['Parameter Store answers in', 'decided by the rules', 'degraded', 'longest'];
  const cells = rows.map(({ latency, decided, degraded, longestMs }) => [
    `${latency} ms`,
    String(decided),
    String(degraded),
    `${longestMs.toFixed(0)} ms`,
  ]);
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
