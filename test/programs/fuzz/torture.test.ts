import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bench, userOf } from '../../edge/scenario.ts';
import { exchange, request } from '../../edge/sip.ts';
import { answering, conversation } from '../../edge/steps.ts';
import { waysToAsk } from '../../edge/ways.ts';
import { Gateway, KEY } from '../soak/gateway.ts';
import { type Torture, tortures } from './torture.ts';

const way = waysToAsk()[0] as string;
const bytes = ({ text }: Torture) => (typeof text === 'string' ? Buffer.from(text) : text);

test('there is one for each section of RFC 4475', () => {
  const sections = tortures('x').map(({ section }) => section);
  expect([sections.length, new Set(sections).size]).toEqual([49, 49]);
});

describe('through Kamailio', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way });
  });
  afterAll(() => bench?.stop());

  const alive = async () => {
    const options = request('OPTIONS', 'sip:ping@example.com');
    return (await exchange(bench.edge.port, options, 5_000))?.startsWith('SIP/2.0 ');
  };

  test.each(tortures('udp'))('$section $name over UDP', async (torture) => {
    const socket = createSocket('udp4');
    await new Promise((resolve) => {
      socket.send(bytes(torture), bench.edge.port, '127.0.0.1', resolve);
    });
    expect(await alive()).toBe(true);
    socket.close();
  });

  test('all of them over TCP, a connection each', async () => {
    for (const torture of tortures('tcp')) {
      const socket = connect(bench.edge.port, '127.0.0.1').on('error', () => {});
      await new Promise((resolve) => socket.write(bytes(torture), resolve));
      setTimeout(() => socket.destroy(), 1_000).unref();
    }
    expect(await alive()).toBe(true);
  });

  test('a call works right after', async () => {
    const users = bench.users();
    const result = await bench.run(users, {
      a: conversation({ uri: users.bob }),
      b: [answering()],
      ladder: [],
    });
    expect(result.failures).toEqual([]);
    expect(bench.webhook.asked(userOf(users.bob))).toHaveLength(1);
    expect(bench.edge.log).not.toMatch(/\b(CRITICAL|ALERT|BUG|core dumped|signal 11)\b/);
  });
});

describe('through the dialect that takes SIP', () => {
  let gateway: Gateway;
  let output = '';
  beforeAll(async () => {
    gateway = await Gateway.start({ DIVERT_DEADLINE_MS: '30000' }, (text) => {
      output += text;
    });
  });
  afterAll(() => gateway?.stop());

  test.each(tortures('drachtio'))('$section $name in drachtio', async (torture) => {
    const { status, body } = await gateway.send({
      method: 'POST',
      path: `/v1/route/drachtio/${KEY}/?method=INVITE`,
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
      body: bytes(torture),
    });
    expect(status).toBe(200);
    expect(['route', 'redirect', 'reject']).toContain(JSON.parse(body).action);
  });

  test('no message was a mistake of ours', () => {
    expect(output).not.toContain('"event":"error"');
  });

  /** The same values where header values and URIs go in as they are. */
  test.each(tortures('route'))('$section $name by its headers in /v1/route', async (torture) => {
    const lines = bytes(torture)
      .toString()
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n');
    const value = (name: RegExp) =>
      lines.find((line) => name.test(line))?.replace(/^[^:]*:\s*/, '') ?? 'absent';
    const { status } = await gateway.send({
      method: 'POST',
      path: '/v1/route',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        callId: value(/^(call-id|i)\s*:/i),
        requestUri: lines[0]?.split(' ')[1] || 'absent',
        from: value(/^(from|f)\s*:/i),
        to: value(/^(to|t)\s*:/i),
        headers: { Diversion: value(/^(to|t)\s*:/i), 'History-Info': value(/^(contact|m)\s*:/i) },
        outcome: { status: 302, contacts: [value(/^(contact|m)\s*:/i)] },
      }),
    });
    expect([200, 400, 403]).toContain(status);
  });
});
