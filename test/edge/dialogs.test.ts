/**
 * What goes through the edge besides INVITE and its answers: reliable provisional answers (RFC 3262), UPDATE
 * (RFC 3311), Replaces (RFC 3891), flows (RFC 3327, RFC 5626), and a challenge in the middle of a diversion.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Agent } from './agent.ts';
import { credentials } from './digest.ts';
import { ladder } from './ladder.ts';
import { lines } from './raw.ts';
import { Bench, found, outcomes, type Users, userOf } from './scenario.ts';
import { letThrough, onOutcome, to } from './steps.ts';
import { waysToAsk } from './ways.ts';

describe.each(waysToAsk())('asking with %s', (way) => {
  let bench: Bench;
  const agents: Agent[] = [];
  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way });
  });
  afterEach(() => {
    for (const agent of agents.splice(0)) agent.stop();
  });
  afterAll(() => bench?.stop());

  const agent = async () => {
    const started = await Agent.start(bench.edge.port);
    agents.push(started);
    return started;
  };
  const parties = async (users: Users) => {
    const [a, b] = [await agent(), await agent()];
    await bench.edge.register(userOf(users.bob), `sip:bob@127.0.0.1:${b.port}`);
    return { a, b };
  };
  const ladderOf = async (of: Readonly<Record<string, Agent>>) => {
    // The capture is some milliseconds behind.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const ports = Object.entries(of).map(([name, { port }]) => [name, port] as const);
    const all = { ...Object.fromEntries(ports), P: bench.edge.port };
    return ladder(await bench.packets(), all).map(({ line }) => line.replace(/-\d+$/, ''));
  };
  /** B rings reliably, and A has acknowledged that. */
  const ringsReliably = async (a: Agent, b: Agent, uri: string, line = '180 Ringing') => {
    const sent = a.asks('INVITE', uri, ['Supported: 100rel']);
    const invite = await b.gets('INVITE ');
    b.answers(invite, line, ['Require: 100rel', 'RSeq: 7']);
    const ringing = await a.gets(`SIP/2.0 ${line.slice(0, 3)}`);
    expect([lines(ringing, 'require'), lines(ringing, 'rseq')]).toEqual([['100rel'], ['7']]);
    a.inDialog('PRACK', ringing, 2, ['RAck: 7 1 INVITE']);
    const prack = await b.gets('PRACK ');
    expect(lines(prack, 'rack')).toEqual(['7 1 INVITE']);
    b.answers(prack, '200 OK');
    await a.gets('SIP/2.0 200');
    return { sent, invite, ringing };
  };
  const RELIABLY = [
    ...['A>P INVITE bob', 'P>B INVITE bob', 'B>P 180', 'P>A 180'],
    ...['A>P PRACK', 'P>B PRACK', 'B>P 200 PRACK', 'P>A 200 PRACK'],
  ];

  test('RFC 3262: ringing that is acknowledged ends by the ring timer', async () => {
    const users = bench.users();
    bench.webhook.scripts.set(userOf(users.bob), onOutcome(to(users.carol), 2));
    const { a, b } = await parties(users);
    const { sent, invite } = await ringsReliably(a, b, users.bob);
    b.answers(await b.gets('CANCEL '), '200 OK');
    b.answers(invite, '487 Request Terminated');
    await b.gets('ACK ');
    const moved = await a.gets('SIP/2.0 302');
    a.acknowledges(sent, moved);
    expect(await ladderOf({ A: a, B: b })).toEqual([
      ...RELIABLY,
      ...['P>B CANCEL', 'B>P 200 CANCEL', 'B>P 487', 'P>B ACK', 'P>A 302', 'A>P ACK'],
    ]);
    expect(outcomes(bench.webhook.asked(userOf(users.bob)))).toEqual(['-', '408+']);
  });

  test('RFC 3311: UPDATE before the answer goes to B and back, and the call connects', async () => {
    const users = bench.users();
    bench.webhook.scripts.set(userOf(users.bob), onOutcome(to(users.carol), 9));
    const { a, b } = await parties(users);
    const { invite, ringing } = await ringsReliably(a, b, users.bob);
    a.inDialog('UPDATE', ringing, 3);
    b.answers(await b.gets('UPDATE '), '200 OK');
    await a.gets('SIP/2.0 200');
    b.answers(invite, '200 OK');
    const answered = await a.gets('SIP/2.0 200');
    a.inDialog('ACK', answered, 1);
    await b.gets('ACK ');
    expect(await ladderOf({ A: a, B: b })).toEqual([
      ...RELIABLY,
      ...['A>P UPDATE', 'P>B UPDATE', 'B>P 200 UPDATE', 'P>A 200 UPDATE'],
      ...['B>P 200', 'P>A 200', 'A>P ACK', 'P>B ACK'],
    ]);
    expect(outcomes(bench.webhook.asked(userOf(users.bob)))).toEqual(['-']);
  });

  test('RFC 3891: a phone that does not know Replaces refuses, and A hears that', async () => {
    const users = bench.users();
    bench.webhook.scripts.set(userOf(users.bob), () => to(users.carol));
    const { a, b } = await parties(users);
    const sent = a.asks('INVITE', users.bob, ['Replaces: 1;to-tag=2;from-tag=3']);
    const invite = await b.gets('INVITE ');
    expect(lines(invite, 'require')).toEqual(['replaces']);
    b.answers(invite, '420 Bad Extension', ['Unsupported: replaces']);
    const refused = await a.gets('SIP/2.0 420');
    a.acknowledges(sent, refused);
    expect(lines(refused, 'unsupported')).toEqual(['replaces']);
    expect(await ladderOf({ A: a, B: b })).toEqual([
      ...['A>P INVITE bob', 'P>B INVITE bob', 'B>P 420', 'P>B ACK', 'P>A 420', 'A>P ACK'],
    ]);
    expect(bench.webhook.asked(userOf(users.bob))).toEqual([]);
  });

  describe('a phone that is reached by its flow (RFC 3327, RFC 5626)', () => {
    /** The proxy to which it has opened the flow registers for it. */
    const registers = async (proxy: Agent, user: string) => {
      proxy.asks(
        'REGISTER',
        'sip:example.com',
        [
          `Path: <sip:flow-1@127.0.0.1:${proxy.port};lr;ob>`,
          `Contact: <sip:${user}@192.0.2.7:5060;ob>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000A95A0E128>"`,
          'Supported: path, outbound',
          'Expires: 300',
        ],
        user,
      );
      expect(lines(await proxy.gets('SIP/2.0 200'), 'path')).toHaveLength(1);
    };
    const routeOf = (request: string) =>
      lines(request, 'route').map((value) => /<([^>]+)>/.exec(value)?.[1]);

    test('rings, and is cancelled, along its Path', async () => {
      const users = bench.users();
      bench.webhook.scripts.set(userOf(users.bob), onOutcome(to(users.carol), 2));
      const [a, proxy] = [await agent(), await agent()];
      await registers(proxy, userOf(users.bob));
      const sent = a.asks('INVITE', users.bob);
      const invite = await proxy.gets('INVITE ');
      expect(invite).toMatch(/^INVITE sip:bob-\d+@192\.0\.2\.7:5060;ob SIP/);
      expect(routeOf(invite)).toEqual([`sip:flow-1@127.0.0.1:${proxy.port};lr;ob`]);
      proxy.answers(invite, '180 Ringing');
      const cancel = await proxy.gets('CANCEL ');
      expect(routeOf(cancel)).toEqual(routeOf(invite));
      proxy.answers(cancel, '200 OK');
      proxy.answers(invite, '487 Request Terminated');
      a.acknowledges(sent, await a.gets('SIP/2.0 302'));
    });

    test('whose flow has failed is unreachable', async () => {
      const users = bench.users();
      bench.webhook.scripts.set(userOf(users.bob), onOutcome(to(users.carol)));
      const [a, proxy] = [await agent(), await agent()];
      await registers(proxy, userOf(users.bob));
      const sent = a.asks('INVITE', users.bob);
      proxy.answers(await proxy.gets('INVITE '), '430 Flow Failed');
      a.acknowledges(sent, await a.gets('SIP/2.0 302'));
      expect(await ladderOf({ A: a, E: proxy })).toEqual([
        ...['A>P INVITE bob', 'P>E INVITE bob', 'E>P 430', 'P>E ACK', 'P>A 302', 'A>P ACK'],
      ]);
      expect(outcomes(bench.webhook.asked(userOf(users.bob)))).toEqual(['-', '430']);
    });

    test('beside one that is not: each gets its own way', async () => {
      const users = bench.users();
      bench.webhook.scripts.set(userOf(users.bob), () => ({
        json: {
          ...to(users.carol).json,
          follow: {
            legs: [
              {
                branches: [
                  { self: true, headers: [] },
                  { contact: `<${users.carol}>`, headers: [] },
                ],
              },
            ],
          },
        },
      }));
      const [a, proxy, carol] = [await agent(), await agent(), await agent()];
      await registers(proxy, userOf(users.bob));
      await bench.edge.register(userOf(users.carol), `sip:carol@127.0.0.1:${carol.port}`);
      const sent = a.asks('INVITE', users.bob);
      const [one, two] = [await proxy.gets('INVITE '), await carol.gets('INVITE ')];
      expect([routeOf(one).length, routeOf(two).length]).toEqual([1, 0]);
      proxy.answers(one, '486 Busy Here');
      carol.answers(two, '486 Busy Here');
      a.acknowledges(sent, await a.gets('SIP/2.0 486'));
    });
  });

  test('logs no warning and no error', () => {
    expect(bench.edge.complaints).toEqual([]);
  });
});

describe('a caller with a password', () => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-dialogs-'));
  let bench: Bench;
  beforeAll(async () => {
    const passwords = join(folder, 'passwords');
    const house = ['alice wonderland-4', 'bob builder-of-7', 'carol caroline-5'];
    writeFileSync(passwords, `${house.join('\n')}\n`, { mode: 0o600 });
    bench = await Bench.start({ EDGE_PASSWORDS: passwords });
  });
  afterAll(async () => {
    await bench?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Asks, is challenged, and asks again. */
  const known = async (
    agent: Agent,
    method: 'REGISTER' | 'INVITE',
    uri: string,
    who: { readonly user: string; readonly password: string; readonly more?: readonly string[] },
  ) => {
    const { user, password, more = [] } = who;
    const first = agent.asks(method, uri, more, user);
    const challenge = await agent.gets(method === 'REGISTER' ? 'SIP/2.0 401' : 'SIP/2.0 407');
    if (method === 'INVITE') agent.acknowledges(first, challenge);
    const answer = found(credentials(challenge, method, uri, user, password));
    return agent.asks(method, uri, [...more, answer], user);
  };

  test('is challenged on the INVITE that follows the 302, and nobody is asked before that', async () => {
    bench.webhook.scripts.set('bob', () => to('sip:carol@example.com'));
    bench.webhook.scripts.set('carol', () => letThrough);
    const [a, c] = [await Agent.start(bench.edge.port), await Agent.start(bench.edge.port)];
    try {
      const more = [`Contact: <sip:carol@127.0.0.1:${c.port}>`, 'Expires: 300'];
      const carol = { user: 'carol', password: 'caroline-5', more };
      await known(c, 'REGISTER', 'sip:example.com', carol);
      await c.gets('SIP/2.0 200');
      const alice = { user: 'alice', password: 'wonderland-4' };
      const call = await known(a, 'INVITE', 'sip:bob@example.com', alice);
      const moved = await a.gets('SIP/2.0 302');
      a.acknowledges(call, moved);
      const target = found(/<([^>]+)>/.exec(lines(moved, 'contact')[0] ?? '')?.[1]);
      await known(a, 'INVITE', target, alice);
      c.answers(await c.gets('INVITE '), '200 OK');
      a.inDialog('ACK', await a.gets('SIP/2.0 200'), 1);
      await c.gets('ACK ');
      const asked = ['bob', 'carol'].map((user) => bench.webhook.asked(user).length);
      expect(asked).toEqual([1, 1]);
    } finally {
      a.stop();
      c.stop();
    }
  });
});
