/** The sample for media through rtpengine (divert-rtpengine.cfg), with the real one: what the offers say, and what is heard. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Agent } from './agent.ts';
import { PATIENT_SETTINGS } from './patience.ts';
import { PlainKamailio } from './plain.ts';
import { lines } from './raw.ts';
import { audioOf, Ear, RTPENGINE, Rtpengine } from './rtpengine.ts';
import { letThrough, onOutcome, to } from './steps.ts';
import { ScriptedWebhook } from './webhook.ts';

const CONFIGURATION = join(import.meta.dirname, '../../infra/edge/kamailio/divert-rtpengine.cfg');
const BOB = 'sip:bob@example.com';

describe.skipIf(!existsSync(RTPENGINE))('media needs Debian’s rtpengine-daemon', () => {
  const webhook = new ScriptedWebhook();
  let engine: Rtpengine;
  let kamailio: PlainKamailio;
  let bob: Agent;
  const ears: Ear[] = [];
  const agents: Agent[] = [];

  beforeAll(async () => {
    engine = await Rtpengine.start();
    // All called users' phones are this one.
    bob = await Agent.start(0);
    kamailio = await PlainKamailio.start({
      url: await webhook.start(),
      way: 'packages',
      phone: bob.port,
      settings: [...PATIENT_SETTINGS, `substdef "!DIVERT_RTPENGINE!${engine.control}!g"`],
      after: `include_file "${CONFIGURATION}"`,
      first: 'route(DIVERT_MEDIA);',
    });
    bob.edge = kamailio.port;
  });
  afterEach(() => {
    for (const ear of ears.splice(0)) ear.close();
    for (const agent of agents.splice(0)) agent.stop();
  });
  afterAll(async () => {
    bob?.stop();
    await kamailio?.stop();
    await webhook.stop();
    await engine?.stop();
  });

  async function parties() {
    const a = await Agent.start(kamailio.port);
    const [ofA, ofB] = [await Ear.open(), await Ear.open()];
    agents.push(a);
    ears.push(ofA, ofB);
    return { a, ofA, ofB };
  }
  const itForgets = (callId: string | undefined) =>
    vi.waitFor(async () => expect(await engine.calls()).not.toContain(callId), {
      timeout: 60_000,
      interval: 100,
    });
  const callIdOf = (message: string) => lines(message, 'call-id')[0];
  /** Each is told rtpengine's port in place of the other's, and hears the other through it. */
  async function areRelayed(toA: string, toB: string, ofA: Ear, ofB: Ear) {
    expect([audioOf(toA), audioOf(toB)]).not.toContain(ofA.port);
    expect([audioOf(toA), audioOf(toB)]).not.toContain(ofB.port);
    await ofB.isHeardBy(ofA, audioOf(toB));
    await ofA.isHeardBy(ofB, audioOf(toA));
    expect(await engine.calls()).toContain(callIdOf(toA));
  }

  /** B has early media heard, and is busy then. */
  async function heardThenRefused() {
    const { a, ofA, ofB } = await parties();
    const sent = a.asks('INVITE', BOB, ofA.sdp);
    const invite = await bob.gets('INVITE ');
    bob.answers(invite, '183 Session Progress', ofB.sdp);
    await areRelayed(await a.gets('SIP/2.0 183'), invite, ofA, ofB);
    bob.answers(invite, '486 Busy Here');
    return { a, sent, invite };
  }

  test('early media and the call that follows, until the BYE', async () => {
    webhook.scripts.set('bob', () => letThrough);
    const { a, ofA, ofB } = await parties();
    a.asks('INVITE', BOB, ofA.sdp);
    const invite = await bob.gets('INVITE ');
    bob.answers(invite, '183 Session Progress', ofB.sdp);
    const early = await a.gets('SIP/2.0 183');
    await areRelayed(early, invite, ofA, ofB);
    bob.answers(invite, '200 OK', ofB.sdp);
    const answered = await a.gets('SIP/2.0 200');
    expect(audioOf(answered)).toBe(audioOf(early));
    a.inDialog('ACK', answered, 1);
    await bob.gets('ACK ');
    await ofB.isHeardBy(ofA, audioOf(invite));
    a.inDialog('BYE', answered, 2);
    bob.answers(await bob.gets('BYE '), '200 OK');
    await itForgets(callIdOf(invite));
  });

  test('an offer in the 200, answered in the ACK (RFC 3261 §13.2.1)', async () => {
    webhook.scripts.set('bob', () => letThrough);
    const { a, ofA, ofB } = await parties();
    a.asks('INVITE', BOB);
    const invite = await bob.gets('INVITE ');
    bob.answers(invite, '200 OK', ofB.sdp);
    const answered = await a.gets('SIP/2.0 200');
    a.inDialog('ACK', answered, 1, ofA.sdp);
    await areRelayed(answered, await bob.gets('ACK '), ofA, ofB);
    a.inDialog('BYE', answered, 2);
    bob.answers(await bob.gets('BYE '), '200 OK');
    await itForgets(callIdOf(invite));
  });

  test('early media of one who refuses then: gone when the call is diverted', async () => {
    webhook.scripts.set('bob', onOutcome(to('sip:carol@example.com')));
    const { a, sent, invite } = await heardThenRefused();
    a.acknowledges(sent, await a.gets('SIP/2.0 302'));
    await itForgets(callIdOf(invite));
  });

  test('A hangs up while Divert is asked', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    webhook.scripts.set('bob', onOutcome({ ...to('sip:carol@example.com'), after: held }));
    const { a, sent, invite } = await heardThenRefused();
    await vi.waitFor(() => expect(webhook.asked('bob').at(-1)).toHaveProperty('outcome'), 60_000);
    a.cancels(sent);
    a.acknowledges(sent, await a.gets('SIP/2.0 487'));
    await itForgets(callIdOf(invite));
    release();
  });

  test('logs no warning and no error', () => {
    expect(kamailio.log).not.toMatch(/\b(WARNING|ERROR|CRITICAL|ALERT)\b/);
  });
});
