/** Feature codes: what B dials on their phone changes what happens to the next call to B. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { ladder, type Message, values } from './ladder.ts';
import { PATIENT_DIVERT } from './patience.ts';
import { freePort } from './ports.ts';
import { Bench, found } from './scenario.ts';
import { ackFailure, invite, play, reply } from './sipp.ts';
import { answering, conversation, refused } from './steps.ts';
import { waysToAsk } from './ways.ts';
import type { Reply } from './webhook.ts';

/** A phone, whose calls come from the port at which it is called. */
interface Phone {
  readonly aor: string;
  readonly port: number;
  readonly tcp?: true;
}

const subscriber = (name: string, way: string, n: number) => `${name}-${way.slice(0, 4)}-${n}`;

/** Dials, is refused with this status, and returns the reply. */
async function dial(bench: Bench, phone: Phone, code: string, status: number): Promise<Message> {
  const call = { uri: `sip:${code}@example.com`, from: phone.aor };
  const steps = [invite(call), reply(status), ackFailure(call)];
  await (await play(bench.edge.port, steps, phone)).done;
  const messages = ladder(await bench.packets(), { B: phone.port, P: bench.edge.port });
  const last = found(messages.findLast(({ line }) => line.startsWith('P>B')));
  expect(last.line).toBe(`P>B ${status}`);
  return last;
}

async function registered(bench: Bench, user: string): Promise<Phone> {
  const port = await freePort();
  await bench.edge.register(user, `sip:${user}@127.0.0.1:${port}`);
  return { aor: `sip:${user}@example.com`, port };
}

const warning = (text: string) => [`399 divert "${text}"`];
const FAILED = warning('Not changed for certain, please try again');
const CONTACT = '<sip:forwarding-is-on@announcements.example.com>';
const ANNOUNCEMENT = { json: { action: 'redirect', status: 302, contacts: [CONTACT] } };

/** `1000` is hers, whichever way is asked. */
const CAROL = subscriber('carol', waysToAsk()[0] ?? '', 0);
const CODES: readonly (readonly [code: string, status: number, text: string])[] = [
  // 3GPP TS 22.030 §6.5.2, annex B; of NANP's those that are not dialled below.
  ['**21*1000#', 480, `Forwarding to ${CAROL} is on`],
  ['**21*1000%23', 480, `Forwarding to ${CAROL} is on`],
  ['**67*1000*11#', 480, `Forwarding when busy to ${CAROL} is on`],
  ['**61*1000*11*20#', 480, `Forwarding on no answer to ${CAROL} is on`],
  ['**62*1000#', 480, `Forwarding when unreachable to ${CAROL} is on`],
  ['**002*1000#', 480, `All forwarding to ${CAROL} is on`],
  ['**004*1000#', 480, `Conditional forwarding to ${CAROL} is on`],
  ['*21*1000#', 480, `Forwarding to ${CAROL} is on`],
  ['*#21#', 480, 'Forwarding is off'],
  ['*%2321%23', 480, 'Forwarding is off'],
  ['#21#', 480, 'Forwarding is off'],
  ['%2321%23', 480, 'Forwarding is off'],
  ['#67', 480, 'Forwarding when busy is off'],
  ['##002#', 480, 'All forwarding is off'],
  ['%23%23004%23', 480, 'Conditional forwarding is off'],
  ['*901000', 480, `Forwarding when busy to ${CAROL} is on`],
  ['*521000', 480, `Forwarding on no answer to ${CAROL} is on`],
  ['*78', 480, 'Do not disturb is on'],
  ['*79', 480, 'Do not disturb is off'],
  ['*72+4990012345', 403, 'Forwarding to +4990012345 is not allowed'],
  ['*72', 484, 'Dial the code and then the number'],
  ['*99', 404, 'There is no such code'],
  // The end of dialling, escaped as RFC 3261 §25.1 wants it, and as it is.
  ['*91%23', 480, 'Forwarding when busy is off'],
  ['*91#', 480, 'Forwarding when busy is off'],
];

/** What Divert may do, and what the phone then gets: a Contact, or 503 and the Warning. */
const ANSWERS: Record<string, readonly [Reply, number]> = {
  'sends them to an announcement': [ANNOUNCEMENT, 302],
  'needs longer than a call would wait': [{ ...ANNOUNCEMENT, after: 2000 }, 302],
  'could not store it': [{ status: 503, body: '{"action":"reject","status":503}' }, 503],
  'would let the call through': [{ json: { action: 'continue' } }, 503],
  'sends garbage': [{ body: '<html>' }, 503],
  'does not know the key': [{ status: 401, body: '{}' }, 503],
  hangs: [{ hang: true }, 503],
};

const WAYS = waysToAsk();
const folder = mkdtempSync(join(tmpdir(), 'divert-feature-'));
let local: Local;
beforeAll(async () => {
  const users = WAYS.flatMap((way, i) => [
    `  ${subscriber('carol', way, 0)}: { aliases: ["100${i}"] }\n`,
    `  ${subscriber('bob', way, 0)}: {}\n`,
    ...CODES.map((_, n) => `  ${subscriber('dave', way, n)}: {}\n`),
  ]);
  const document = join(folder, 'example.com.yaml');
  writeFileSync(document, `domain: example.com\nsubscribers:\n${users.join('')}`);
  local = await startLocal({ documents: [document], port: 0, environment: PATIENT_DIVERT });
});
afterAll(async () => {
  await local?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(WAYS.map((way, i) => [way, `*72100${i}`] as const))('asking with %s', (way, on) => {
  let real: Bench;
  let scripted: Bench;
  beforeAll(async () => {
    const settings = { EDGE_CLIENT: way, DIVERT_URL: local.url, DIVERT_KEY: local.key };
    real = await Bench.start(settings);
    scripted = await Bench.start({ EDGE_CLIENT: way });
  });
  afterAll(async () => {
    await real?.stop();
    await scripted?.stop();
  });

  test.concurrent('*72 and a number: the next call is diverted; *73: it rings', async () => {
    const { port } = real.edge;
    const b = await registered(real, subscriber('bob', way, 0));
    const carol = subscriber('carol', way, 0);
    const is = await dial(real, b, on, 480);
    expect(values(is, 'Warning')).toEqual(warning(`Forwarding to ${carol} is on`));

    const diverted = await play(port, refused(b.aor, 302));
    await diverted.done;
    const moved = ladder(await real.packets(), { A: diverted.port, B: b.port, P: port });
    expect(moved.slice(-3).map(({ line }) => line)).toEqual([
      `A>P INVITE ${subscriber('bob', way, 0)}`,
      ...['P>A 302', 'A>P ACK'],
    ]);
    expect(values(found(moved.at(-2)), 'Contact')[0]).toContain(
      `<sip:${carol}@example.com;cause=302`,
    );
    expect(values(found(moved.at(-2)), 'Diversion')[0]).toContain(
      `<${b.aor}>;reason=unconditional`,
    );

    const off = await dial(real, b, '*73', 480);
    expect(values(off, 'Warning')).toEqual(warning('Forwarding is off'));

    const phone = await play(port, answering(), { port: b.port });
    const caller = await play(port, conversation({ uri: b.aor }));
    await Promise.all([caller.done, phone.done]);
  });

  test.concurrent.each(CODES)('%s: %i, and why', async (code, status, text) => {
    const n = CODES.findIndex(([each]) => each === code);
    const phone = await registered(real, subscriber('dave', way, n));
    const refusal = await dial(real, phone, code, status);
    expect(values(refusal, 'Warning')).toEqual(warning(text));
    // What most phones show (RFC 3261 §7.2).
    expect(refusal.text.split('\r\n')[0]).toBe(`SIP/2.0 ${status} ${text}`);
  });

  test.concurrent('what is no code goes on in the routing of the edge', async () => {
    const refusal = await dial(real, await registered(real, 'nobody'), '%231234', 404);
    expect(refusal.text).toMatch(/^SIP\/2\.0 404 Not Found\r\n/);
    expect(values(refusal, 'Warning')).toEqual([]);
  });

  test.concurrent.each([
    ['is not registered', 'alice'],
    ['says that they are B', subscriber('bob', way, 0)],
  ])('refuses a caller who %s', async (_, user) => {
    const stranger = { aor: `sip:${user}@example.com`, port: await freePort() };
    const refusal = await dial(real, stranger, on, 403);
    expect(values(refusal, 'Warning')).toEqual(warning('This phone is not known here'));
  });

  test.concurrent('refuses a phone that has no rules', async () => {
    const refusal = await dial(real, await registered(real, 'nobody'), on, 403);
    expect(values(refusal, 'Warning')).toEqual(warning('You have no forwarding here'));
  });

  test.concurrent.each(Object.entries(ANSWERS))('Divert %s', async (title, [answer, status]) => {
    const n = Object.keys(ANSWERS).indexOf(title);
    const code = `*72${n}`;
    scripted.webhook.scripts.set(code, () => answer);
    const phone = await registered(scripted, `bob-${n}`);
    const message = await dial(scripted, phone, code, status);
    expect(values(message, 'Contact')).toEqual(status === 302 ? [CONTACT] : []);
    expect(values(message, 'Warning')).toEqual(status === 503 ? FAILED : []);
    expect(scripted.webhook.questions.filter(({ callee }) => callee === code)).toMatchObject([
      {
        path: '/v1/feature',
        authorization: 'Bearer local-key',
        request: { requestUri: `sip:${code}@example.com`, authenticatedAs: phone.aor },
      },
    ]);
  });

  test.concurrent('knows a phone over TCP, which calls from another port', async () => {
    const { aor } = await registered(real, 'nobody');
    const refusal = await dial(real, { aor, port: await freePort(), tcp: true }, on, 403);
    expect(values(refusal, 'Warning')).toEqual(warning('You have no forwarding here'));
  });

  test.concurrent('Divert is down', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const down = await Bench.start({ EDGE_CLIENT: way, DIVERT_URL: url });
    try {
      const message = await dial(down, await registered(down, 'bob'), on, 503);
      expect(values(message, 'Warning')).toEqual(FAILED);
    } finally {
      await down.stop();
    }
  });

  test('logs no warning and no error while Divert works', () => {
    expect(real.edge.complaints).toEqual([]);
  });
});
