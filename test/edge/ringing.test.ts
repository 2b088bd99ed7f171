/**
 * A thousand calls that ring at once, in a plain Kamailio: each is diverted within a second of its rule's
 * time, and what can be wrong in somebody else's core settings is said when it starts.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';

import { PlainKamailio } from './plain.ts';
import { freePort } from './ports.ts';
import { lines } from './raw.ts';
import { onOutcome, to } from './steps.ts';
import { waysToAsk } from './ways.ts';
import { ScriptedWebhook } from './webhook.ts';

const CALLS = 1_000;
const RING_SECONDS = 11;

async function open(port = 0): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 }).bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** A phone for everybody: it rings until it is cancelled. */
function ringing(socket: Socket): Map<string, number> {
  const rangFor = new Map<string, number>();
  const rang = new Map<string, { at: number; invite: string }>();
  const answer = (line: string, of: string, to: RemoteInfo) => {
    const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
      lines(of, name).map((value) => `${name}: ${value}`),
    );
    const all = [`SIP/2.0 ${line}`, ...copied, `To: ${lines(of, 'to')[0]};tag=b`];
    socket.send(`${all.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`, to.port, to.address);
  };
  socket.on('message', (data, from) => {
    const text = data.toString();
    const callId = lines(text, 'call-id')[0] ?? '';
    const call = rang.get(callId);
    if (text.startsWith('INVITE ')) {
      if (!call) rang.set(callId, { at: Date.now(), invite: text });
      answer('180 Ringing', text, from);
    } else if (text.startsWith('CANCEL ') && call) {
      if (!rangFor.has(callId)) rangFor.set(callId, Date.now() - call.at);
      answer('200 OK', text, from);
      answer('487 Request Terminated', call.invite, from);
    }
  });
  return rangFor;
}

/** Calls bob, again where nothing came back; the statuses of final responses, by Call-ID. */
async function callAll(socket: Socket, port: number): Promise<Map<string, number>> {
  const finals = new Map<string, number>();
  const heard = new Set<string>();
  const own = `127.0.0.1:${socket.address().port}`;
  const message = (method: string, n: number, toTag = '') =>
    [
      `${method} sip:bob@example.com SIP/2.0`,
      `Via: SIP/2.0/UDP ${own};branch=z9hG4bK-${n}`,
      'Max-Forwards: 70',
      `From: <sip:alice@example.com>;tag=a${n}`,
      `To: <sip:bob@example.com>${toTag}`,
      `Call-ID: ringing-${n}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:alice@${own}>`,
      'Content-Length: 0\r\n\r\n',
    ].join('\r\n');
  socket.on('message', (data) => {
    const text = data.toString();
    const status = Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1]);
    const callId = lines(text, 'call-id')[0] ?? '';
    heard.add(callId);
    if (!(status >= 200)) return;
    finals.set(callId, status);
    const tag = /;tag=.*/.exec(lines(text, 'to')[0] ?? '')?.[0] ?? '';
    socket.send(message('ACK', Number(callId.replace(/\D/g, '')), tag), port, '127.0.0.1');
  });
  for (let n = 0; n < CALLS; n++) {
    socket.send(message('INVITE', n), port, '127.0.0.1');
    if (n % 5 === 4) await sleep(50);
  }
  for (let n = 0; n < CALLS; n++) {
    if (!heard.has(`ringing-${n}`)) socket.send(message('INVITE', n), port, '127.0.0.1');
  }
  return finals;
}

describe.each(waysToAsk())('asking with %s', (way) => {
  test('a thousand phones that ring at once are each left after their time', async (context) => {
    const webhook = new ScriptedWebhook();
    webhook.scripts.set('bob', onOutcome(to('sip:carol@example.com'), RING_SECONDS));
    const [phone, caller] = await Promise.all([open(), open()]);
    const rangFor = ringing(phone);
    const kamailio = await PlainKamailio.start({
      url: await webhook.start(),
      way,
      phone: phone.address().port,
    });
    // What this process itself was late by, with all three parties in it.
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    try {
      const finals = await callAll(caller, kamailio.port);
      const ended = () => expect(finals.size).toBe(CALLS);
      await vi.waitFor(ended, { timeout: 25_000, interval: 200 }).catch(() => {});
      delay.disable();
      // This process is Divert too: where the machine did not let it answer within its second, nothing is seen.
      context.skip(kamailio.log.includes('failed 5 times'), 'the machine was too busy for Divert');
      ended();
      expect(new Set(finals.values())).toEqual(new Set([302]));
      const times = [...rangFor.values()];
      expect(times).toHaveLength(CALLS);
      const lag = 2 * (delay.max / 1e6);
      expect(Math.min(...times)).toBeGreaterThan(RING_SECONDS * 1000 - lag);
      // Kamailio's processes wait for the machine as this one does: where that is long, its time is not theirs.
      if (lag < 200) expect(Math.max(...times)).toBeLessThan(RING_SECONDS * 1000 + 1000 + lag);
      expect(kamailio.log).not.toMatch(/\b(WARNING|ERROR|CRITICAL|ALERT)\b/);
    } finally {
      phone.close();
      caller.close();
      await kamailio.stop();
      await webhook.stop();
    }
  }, 90_000);

  test.each([
    ['max_while_loops=30', '', 'max_while_loops is too low for Divert'],
    ['', 'pv_buffer_size=8192', 'pv_buffer_size is too low for Divert'],
  ])('says when it starts what is wrong with %s%s', async (before, after, said) => {
    const url = 'http://127.0.0.1:9';
    const kamailio = await PlainKamailio.start({
      url,
      way,
      phone: await freePort(),
      before,
      after,
    });
    try {
      await vi.waitFor(() => expect(kamailio.log).toContain(said), 10_000);
    } finally {
      await kamailio.stop();
    }
  });
});
