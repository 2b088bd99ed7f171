import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../edge/ports.ts';
import { call, findProgram, run, startWebhook, untilAnswers, values } from './program.ts';
import { KEY } from './world.ts';

const Srf = createRequire(import.meta.url)('drachtio-srf');
const PROGRAM = findProgram('drachtio');
const EDGE = new URL('../../infra/edge/drachtio/', import.meta.url);

/** The configuration as it is pasted, with its values filled in, run by drachtio itself. */
async function startDrachtio(folder: string, url: string, method = 'POST') {
  const port = await freePort();
  const file = join(folder, `${port}.conf.xml`);
  const more =
    `<admin port="${await freePort()}" secret="cymru">127.0.0.1</admin>` +
    `<sip><contacts><contact>sip:127.0.0.1:${port};transport=udp</contact></contacts></sip>` +
    '<logging><loglevel>error</loglevel></logging>';
  const text = readFileSync(new URL('drachtio.conf.xml', EDGE), 'utf8')
    .replace(/https:.*(?=<\/request-handler>)/, url)
    .replace('http-method="POST"', `http-method="${method}"`)
    .replace('</drachtio>', `${more}</drachtio>`);
  writeFileSync(file, text);
  const program = run(PROGRAM as string, ['-f', file, '--stdout']);
  await untilAnswers(port).catch(async (error) => {
    await program.stop();
    throw error;
  });
  return { port, stop: () => program.stop() };
}

describe.skipIf(PROGRAM === undefined)('drachtio (skipped where the program is not there)', () => {
  const stops: (() => unknown)[] = [];
  /** Of a drachtio that sends the message, one that sends the query alone, one without Divert. */
  let post = 0;
  let get = 0;
  let alone = 0;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'divert-drachtio-'));
    stops.push(() => rmSync(folder, { recursive: true, force: true }));
    // The application that calls go to when nothing is diverted.
    const application = createServer();
    application.listen(0, '127.0.0.1');
    await once(application, 'listening');
    stops.push(() => application.close());
    const srf = new Srf();
    srf.listen({ server: application, secret: 'cymru' });
    srf.invite((_: unknown, response: { send(status: number): void }) => response.send(488));
    const { port } = application.address() as AddressInfo;
    const defaultRoute = `127.0.0.1:${port};transport=tcp`;
    const webhook = await startWebhook({ peer: { defaultRoute } });
    stops.push(() => webhook.stop());
    const basic = `${webhook.origin.replace('//', `//divert:${KEY}@`)}/v1/route/drachtio`;
    for (const [url, method] of [
      [`${webhook.origin}/v1/route/drachtio/${KEY}`, 'POST'],
      [basic, 'GET'],
      ['http://127.0.0.1:9/v1/route/drachtio', 'POST'],
    ] as const) {
      const { port, stop } = await startDrachtio(folder, url, method);
      stops.push(stop);
      [post, get, alone] = [get, alone, port];
    }
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  test('302 with every Contact, verbatim', async () => {
    const response = (await call(post, { called: 'several' })) ?? '';
    expect(response).toMatch(/^SIP\/2\.0 302 /);
    expect(values(response, 'contact').join(', ')).toBe(
      '<sip:carol@example.com;cause=302>;q=1.0;mp=1, ' +
        '<sip:+4930765432@example.com;user=phone;cause=302>;q=0.5;mp=1',
    );
  });

  test('sends the message: a loop is seen by its Diversion', async () => {
    const diversions = ['<sip:+4915112345678@example.com>;reason=no-answer'];
    expect(await call(post, { called: 'number', diversions })).toMatch(/^SIP\/2\.0 488 /);
  });

  test('rejects', async () => {
    expect(await call(post, { called: 'dnd' })).toMatch(/^SIP\/2\.0 486 Busy Here\r\n/);
  });

  test('continues at the application', async () => {
    expect(await call(post, { called: 'plain' })).toMatch(/^SIP\/2\.0 488 /);
  });

  test('asks by GET with Basic authentication in the URL', async () => {
    expect(await call(get, { called: 'number' })).toMatch(/^SIP\/2\.0 302 /);
    expect(await call(get, { called: 'plain' })).toMatch(/^SIP\/2\.0 488 /);
  });

  test('gives the caller a 500 when Divert is not there', async () => {
    expect(await call(alone, { called: 'number' })).toMatch(/^SIP\/2\.0 500 /);
  });
});
