import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../edge/ports.ts';
import { FOLLOWING, followsItself } from './following.ts';
import { call, findProgram, Phone, run, startWebhook, untilAnswers, values } from './program.ts';
import { KEY } from './world.ts';

const PROGRAM = findProgram('asterisk');
const MODULES = process.env.DIVERT_TEST_ASTERISK_MODULES ?? '/usr/lib/asterisk/modules';
/** Asterisk does not start without its own documentation. */
const DATA = process.env.DIVERT_TEST_ASTERISK_DATA ?? '/usr/share/asterisk';
const EDGE = new URL('../../infra/edge/asterisk/', import.meta.url);

/** How the phone of a user answers; the others are busy. */
const BEHAVIOUR: Record<string, string[]> = {
  frank: ['180 Ringing', '486 Busy Here'],
  'to-number': ['302 Moved\nContact: <sip:+4990012345@example.com>'],
};

/** The configuration as it is pasted, with its values filled in, run by Asterisk itself. */
async function startAsterisk(
  folder: string,
  url: string,
  phone: Phone,
  { numbers = '', second = '' } = {},
) {
  const port = await freePort();
  const home = join(folder, String(port));
  for (const name of ['etc', 'run', 'log', 'lib', 'spool', 'db', 'keys']) {
    mkdirSync(join(home, name), { recursive: true });
  }
  const write = (name: string, text: string) => writeFileSync(join(home, 'etc', name), text);
  write(
    'asterisk.conf',
    [
      '[directories]',
      `astetcdir => ${home}/etc`,
      `astmoddir => ${MODULES}`,
      `astvarlibdir => ${home}/lib`,
      `astdbdir => ${home}/db`,
      `astkeydir => ${home}/keys`,
      `astdatadir => ${DATA}`,
      `astagidir => ${home}/lib`,
      `astspooldir => ${home}/spool`,
      `astrundir => ${home}/run`,
      `astlogdir => ${home}/log`,
      '[options]',
      'documentation_language = en_US',
      '',
    ].join('\n'),
  );
  write('logger.conf', '[logfiles]\nmessages.log => notice,warning,error\n');
  write('modules.conf', '[modules]\nautoload=yes\n');
  write('rtp.conf', `[general]\nrtpstart=${port + 2}\nrtpend=${port + 40}\n`);
  write(
    'pjsip.conf',
    readFileSync(new URL('pjsip.conf', EDGE), 'utf8')
      .replace('127.0.0.1:5060', `127.0.0.1:${port}`)
      .replaceAll('127.0.0.1:5080', `127.0.0.1:${phone.port}`),
  );
  write(
    'extensions.conf',
    readFileSync(new URL('extensions.conf', EDGE), 'utf8')
      .replace(/^DIVERT_URL=.*$/m, `DIVERT_URL=${url}`)
      .replace(/^DIVERT_SECOND_URL=$/m, `DIVERT_SECOND_URL=${second}`)
      .replace(/^DIVERT_KEY=.*$/m, `DIVERT_KEY=${KEY}`)
      .replace(/^DIVERT_NUMBERS=$/m, `DIVERT_NUMBERS=${numbers}`),
  );
  const program = run(PROGRAM as string, ['-C', join(home, 'etc', 'asterisk.conf'), '-f']);
  await untilAnswers(port).catch(async (error) => {
    await program.stop();
    throw error;
  });
  return { port, stop: () => program.stop() };
}

describe.skipIf(PROGRAM === undefined)('Asterisk (skipped where the program is not there)', () => {
  const stops: (() => unknown)[] = [];
  let port = 0;
  /** Of an Asterisk whose webhook is not there. */
  let alonePort = 0;
  /** Of an Asterisk whose first webhook fails, and whose second does not. */
  let secondPort = 0;
  let failed = 0;
  let phone: Phone;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'divert-asterisk-'));
    stops.push(() => rmSync(folder, { recursive: true, force: true }));
    const webhook = await startWebhook();
    phone = await Phone.start((user) => BEHAVIOUR[user] ?? ['486 Busy Here']);
    stops.push(
      () => phone.stop(),
      () => webhook.stop(),
    );
    const first = await startAsterisk(folder, `${webhook.origin}/v1/route/asterisk`, phone);
    stops.push(first.stop);
    const alone = await startAsterisk(folder, 'http://127.0.0.1:9/v1/route/asterisk', phone);
    stops.push(alone.stop);
    const broken = createServer((_, response) => {
      failed++;
      response.writeHead(503).end();
    });
    await once(broken.listen(0, '127.0.0.1'), 'listening');
    stops.push(() => broken.close());
    const brokenUrl = `http://127.0.0.1:${(broken.address() as AddressInfo).port}/v1/route/asterisk`;
    const second = await startAsterisk(folder, brokenUrl, phone, {
      second: `${webhook.origin}/v1/route/asterisk`,
    });
    stops.push(second.stop);
    secondPort = second.port;
    port = first.port;
    alonePort = alone.port;
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  test('302 with the best Contact', async () => {
    const response = (await call(port, { called: 'several' })) ?? '';
    expect(response).toMatch(/^SIP\/2\.0 302 /);
    expect(values(response, 'contact')).toEqual(['<sip:carol@example.com;cause=302>']);
    expect(values(response, 'diversion')).toEqual([]);
  });

  test('sends every Diversion of the INVITE: a loop is seen', async () => {
    const diversions = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Asterisk must not expand it
      '"Z, (z) ${EVIL}" <sip:zoe@example.com>;reason=user-busy',
      '<sip:+4915112345678@example.com>;reason=no-answer',
    ];
    const response = await call(port, { called: 'number', diversions });
    expect(response).toMatch(/^SIP\/2\.0 486 /);
    expect(phone.invites.at(-1)).toMatch(/^INVITE sip:dora@/);
  });

  test('rejects', async () => {
    const before = phone.invites.length;
    expect(await call(port, { called: 'dnd' })).toMatch(/^SIP\/2\.0 486 /);
    expect(phone.invites.length).toBe(before);
  });

  test('continues to B, and gives A the end of their leg', async () => {
    expect(await call(port, { called: 'plain' })).toMatch(/^SIP\/2\.0 486 /);
    expect(phone.invites.at(-1)).toMatch(/^INVITE sip:frank@/);
  });

  test('asks again when B is busy', async () => {
    const response = (await call(port, { called: 'away' })) ?? '';
    expect(response).toMatch(/^SIP\/2\.0 302 /);
    expect(values(response, 'contact')).toEqual([
      '<sip:+4915112345678@example.com;user=phone;cause=486>',
    ]);
  });

  test('does not follow a phone’s own 302', async () => {
    const before = phone.invites.length;
    expect(await call(port, { called: 'plain' }, 'to-number')).toMatch(/^SIP\/2\.0 [456]/);
    expect(phone.invites.length).toBe(before + 1);
  });

  describe('where numbers can be called, it', () => {
    followsItself(async (phones) => {
      const following = await startWebhook({ peer: FOLLOWING });
      const folder = mkdtempSync(join(tmpdir(), 'divert-asterisk-'));
      const url = `${following.origin}/v1/route/asterisk`;
      const started = await startAsterisk(folder, url, phones, { numbers: 'PJSIP/pbx/' });
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

  test('asks the second URL where the first fails, and then spares the first', async () => {
    for (let calls = 0; calls < 2; calls++) {
      const response = (await call(secondPort, { called: 'several' })) ?? '';
      expect(response).toMatch(/^SIP\/2\.0 302 /);
      expect(values(response, 'contact')).toEqual(['<sip:carol@example.com;cause=302>']);
    }
    expect(failed).toBe(1);
  });
});
