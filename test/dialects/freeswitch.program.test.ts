import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../edge/ports.ts';
import { FOLLOWING, followsItself } from './following.ts';
import { call, findProgram, Phone, run, startWebhook, untilAnswers, values } from './program.ts';
import { KEY } from './world.ts';

const PROGRAM = findProgram('freeswitch');
const MODULES = process.env.DIVERT_TEST_FREESWITCH_MODULES ?? '/usr/lib/freeswitch/mod';
const EDGE = new URL('../../infra/edge/freeswitch/', import.meta.url);
const LOADED = ['logfile', 'commands', 'dptools', 'dialplan_xml', 'sofia', 'xml_curl'];

/** How the phone of a user answers; the others are busy. */
const BEHAVIOUR: Record<string, string[]> = {
  'to-number': ['302 Moved\nContact: <sip:+4990012345@example.com>'],
};

const param = (name: string, value: string | number) => `<param name="${name}" value="${value}"/>`;

/** The configuration as it is pasted, with its values filled in, run by FreeSWITCH itself. */
async function startFreeSwitch(folder: string, urls: readonly string[], phone: Phone) {
  const port = await freePort();
  const home = join(folder, String(port));
  for (const name of ['conf', 'log', 'db', 'run', 'tmp']) {
    mkdirSync(join(home, name), { recursive: true });
  }
  const xmlCurl = readFileSync(new URL('xml_curl.conf.xml', EDGE), 'utf8')
    .replace(/ *<binding .*<\/binding>\n/s, (binding) =>
      urls
        .map((url) => binding.replace('https://divert.example/v1/route/freeswitch', url))
        .join(''),
    )
    .replaceAll('THE-PEER-KEY', KEY);
  const dialplan = readFileSync(new URL('dialplan.xml', EDGE), 'utf8').replace(/<\/?include>/g, '');
  const settings = [
    param('context', 'public'),
    param('dialplan', 'XML'),
    param('sip-ip', '127.0.0.1'),
    param('rtp-ip', '127.0.0.1'),
    param('sip-port', port),
    param('auth-calls', 'false'),
    param('inbound-codec-prefs', 'PCMU'),
    param('outbound-codec-prefs', 'PCMU'),
    param('parse-all-invite-headers', 'true'),
  ];
  const proxy = `127.0.0.1:${phone.port}`;
  const gateway = `<gateway name="phones">${param('proxy', proxy)}${param('outbound-proxy', proxy)}${param('register', 'false')}</gateway>`;
  const variables = ['divert_dial_names', 'divert_dial_numbers'].map(
    (name) => `<X-PRE-PROCESS cmd="set" data="${name}=sofia/gateway/phones/"/>`,
  );
  const configurations = [
    `<configuration name="modules.conf"><modules>${LOADED.map((name) => `<load module="mod_${name}"/>`).join('')}</modules></configuration>`,
    `<configuration name="switch.conf"><settings>${param('max-sessions', 100)}${param('sessions-per-second', 100)}${param('rtp-start-port', 40_000)}${param('rtp-end-port', 41_000)}</settings></configuration>`,
    `<configuration name="sofia.conf"><profiles><profile name="test"><gateways>${gateway}</gateways><settings>${settings.join('')}</settings></profile></profiles></configuration>`,
    xmlCurl,
  ];
  writeFileSync(
    join(home, 'conf', 'freeswitch.xml'),
    `<document type="freeswitch/xml">\n${variables.join('\n')}\n<section name="configuration">${configurations.join('')}</section>` +
      `<section name="dialplan"><context name="public">${dialplan}</context></section></document>`,
  );
  const directories = ['conf', 'log', 'db', 'run'].flatMap((name) => [
    `-${name}`,
    join(home, name),
  ]);
  const program = run(PROGRAM as string, [
    ...['-nf', '-np', '-nonat', '-nonatmap', '-temp', join(home, 'tmp'), '-mod', MODULES],
    ...directories,
  ]);
  const ready = async () => {
    await untilAnswers(port);
    // The profile listens before the core takes calls.
    while (/^SIP\/2\.0 503 /.test((await call(port, { called: 'dnd' })) ?? '')) await sleep(100);
  };
  await ready().catch(async (error) => {
    await program.stop();
    throw error;
  });
  return { port, stop: () => program.stop() };
}

describe.skipIf(PROGRAM === undefined)(
  'FreeSWITCH (skipped where the program is not there)',
  () => {
    const stops: (() => unknown)[] = [];
    let port = 0;
    /** Of a FreeSWITCH whose webhook is not there. */
    let alonePort = 0;
    /** Of one whose second webhook is there, and whose first is not. */
    let secondPort = 0;
    let phone: Phone;

    beforeAll(async () => {
      const folder = mkdtempSync(join(tmpdir(), 'divert-freeswitch-'));
      stops.push(() => rmSync(folder, { recursive: true, force: true }));
      const webhook = await startWebhook();
      phone = await Phone.start((user) => BEHAVIOUR[user] ?? ['486 Busy Here']);
      stops.push(
        () => phone.stop(),
        () => webhook.stop(),
      );
      const there = `${webhook.origin}/v1/route/freeswitch`;
      const nowhere = 'http://127.0.0.1:9/v1/route/freeswitch';
      const first = await startFreeSwitch(folder, [there], phone);
      stops.push(first.stop);
      const alone = await startFreeSwitch(folder, [nowhere], phone);
      stops.push(alone.stop);
      const second = await startFreeSwitch(folder, [nowhere, there], phone);
      stops.push(second.stop);
      secondPort = second.port;
      port = first.port;
      alonePort = alone.port;
    });
    afterAll(async () => {
      for (const stop of stops.reverse()) await stop();
    });

    test('302 with the best Contact and the Diversions', async () => {
      const diversions = [
        '"Z, (z)" <sip:zoe@example.com>;reason=user-busy',
        '<sip:yan@example.com>;reason=away',
      ];
      const response = (await call(port, { called: 'several', diversions })) ?? '';
      expect(response).toMatch(/^SIP\/2\.0 302 Moved Temporarily\r\n/);
      expect(values(response, 'contact')).toEqual(['"unknown" <sip:carol@example.com;cause=302>']);
      const [sent = ''] = values(response, 'diversion');
      expect(sent).toMatch(/^<sip:eve@example\.com>;reason=unconditional/);
      expect(sent).toContain(diversions.join(', '));
      expect(values(response, 'diversion')).toHaveLength(1);
    });

    test('sends every Diversion of the INVITE: a loop is seen', async () => {
      const diversions = [
        '<sip:zoe@example.com>;reason=user-busy',
        '<sip:+4915112345678@example.com>;reason=no-answer',
      ];
      expect(await call(port, { called: 'number', diversions })).toMatch(/^SIP\/2\.0 486 /);
      expect(phone.invites.at(-1)).toMatch(/^INVITE sip:dora@/);
    });

    test('asks the second binding where the first does not answer', async () => {
      const response = (await call(secondPort, { called: 'several' })) ?? '';
      expect(response).toMatch(/^SIP\/2\.0 302 Moved Temporarily\r\n/);
    });

    test('rejects', async () => {
      const before = phone.invites.length;
      expect(await call(port, { called: 'dnd' })).toMatch(/^SIP\/2\.0 486 /);
      expect(phone.invites.length).toBe(before);
    });

    test('continues to B, asks again, and gives A the end of their leg', async () => {
      expect(await call(port, { called: 'plain' })).toMatch(/^SIP\/2\.0 486 /);
      expect(phone.invites.at(-1)).toMatch(/^INVITE sip:frank@/);
    });

    test('asks again when B is busy', async () => {
      const response = (await call(port, { called: 'away' })) ?? '';
      expect(response).toMatch(/^SIP\/2\.0 302 /);
      expect(values(response, 'contact')[0]).toContain(
        '<sip:+4915112345678@example.com;user=phone;cause=486>',
      );
    });

    test('does not follow a phone’s own 302', async () => {
      const before = phone.invites.length;
      expect(await call(port, { called: 'plain' }, 'to-number')).toMatch(/^SIP\/2\.0 [456]/);
      expect(phone.invites.length).toBe(before + 1);
    });

    test('takes a Request-URI with parameters', async () => {
      const response = (await call(port, { called: 'name' }, 'bob', ';dv=x')) ?? '';
      expect(response).toMatch(/^SIP\/2\.0 302 /);
    });

    describe('with ?follow=yes it', () => {
      followsItself(async (phones) => {
        const following = await startWebhook({ peer: FOLLOWING });
        const folder = mkdtempSync(join(tmpdir(), 'divert-freeswitch-'));
        const url = `${following.origin}/v1/route/freeswitch?follow=yes`;
        const started = await startFreeSwitch(folder, [url], phones);
        stops.push(
          () => rmSync(folder, { recursive: true, force: true }),
          () => following.stop(),
          started.stop,
        );
        return started;
      });
    });

    test('goes on to B when Divert is not there', async () => {
      expect(await call(alonePort, { called: 'number' })).toMatch(/^SIP\/2\.0 486 /);
      expect(phone.invites.at(-1)).toMatch(/^INVITE sip:dora@/);
    });
  },
);
