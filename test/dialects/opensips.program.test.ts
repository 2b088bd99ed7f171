import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NAME_OF_OURS, OWN_CONTACTS, TOLL_SHAPES } from '../edge/own-contacts.ts';
import { freePort } from '../edge/ports.ts';
import { ScriptedWebhook } from '../edge/webhook.ts';
import { call, findProgram, Phone, run, startWebhook, untilAnswers, values } from './program.ts';
import { KEY } from './world.ts';

const PROGRAM = findProgram('opensips');
const CONFIGURATION = new URL('../../infra/edge/opensips/opensips.cfg', import.meta.url);

/** How the phone of a user answers; the others are busy. */
const BEHAVIOUR: Record<string, string[]> = {
  frank: ['180 Ringing', '603 Decline'],
  ringer: ['180 Ringing'],
  answers: ['180 Ringing', '200 OK\nContact: <sip:answers@127.0.0.1>'],
  'to-number': ['302 Moved\nContact: <sip:+4990012345@example.com>'],
  'to-name': ['302 Moved\nContact: <sip:carol@example.com>'],
};

/** Contacts and status of the own 3xx of some users' phones. */
const own = {
  answers: new Map<string, string[]>(),
  set(user: string, contacts: readonly string[], status = 302) {
    const lines = [`${status} Moved`, ...contacts.map((contact) => `Contact: ${contact}`)];
    this.answers.set(user, [lines.join('\n')]);
  },
};

/** The configuration as it is pasted, with its values filled in, run by OpenSIPS itself. */
async function startOpenSips(folder: string, url: string, phone: Phone, second = '') {
  const port = await freePort();
  const modules = process.env.DIVERT_TEST_OPENSIPS_MODULES;
  const file = join(folder, `${port}.cfg`);
  const text = readFileSync(CONFIGURATION, 'utf8')
    .replace('udp:127.0.0.1:5060', `udp:127.0.0.1:${port}`)
    .replace(/(?<=mpath=)".*"/, (path) => (modules ? `"${modules}/"` : path))
    .replaceAll('"DIVERT_URL"', `"${url}"`)
    .replace(/# (if \(\$avp\(url\) == 2\).*:= ").*"/, second ? `$1${second}"` : '$&')
    .replaceAll('DIVERT_KEY"', `${KEY}"`)
    .replaceAll('"DOMAIN"', '"example.com"')
    .replace('"PBX"', `"sip:127.0.0.1:${phone.port}"`);
  writeFileSync(file, text);
  const program = run(PROGRAM as string, ['-f', file, '-F', '-m', '64', '-P', `${file}.pid`]);
  await untilAnswers(port).catch(async (error) => {
    await program.stop();
    throw error;
  });
  return { port, stop: () => program.stop() };
}

describe.skipIf(PROGRAM === undefined)('OpenSIPS (skipped where the program is not there)', () => {
  const stops: (() => unknown)[] = [];
  const scripted = new ScriptedWebhook();
  let port = 0;
  /** Of an OpenSIPS that asks `scripted`. */
  let scriptedPort = 0;
  let phone: Phone;
  let folder: string;
  /** Of `scripted`. */
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'divert-opensips-'));
    stops.push(() => rmSync(folder, { recursive: true, force: true }));
    const webhook = await startWebhook();
    phone = await Phone.start(
      (user) => own.answers.get(user) ?? BEHAVIOUR[user] ?? ['486 Busy Here'],
    );
    const first = await startOpenSips(folder, `${webhook.origin}/v1/route`, phone);
    url = await scripted.start();
    const second = await startOpenSips(folder, url, phone);
    stops.push(
      () => webhook.stop(),
      () => scripted.stop(),
      () => phone.stop(),
      first.stop,
      second.stop,
    );
    port = first.port;
    scriptedPort = second.port;
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  test('302 with the Contacts and the Diversion, and nothing of its own', async () => {
    const response = (await call(port, { called: 'several' })) ?? '';
    expect(response).toMatch(/^SIP\/2\.0 302 Moved Temporarily\r\n/);
    expect(values(response, 'contact')).toEqual([
      '<sip:carol@example.com;cause=302>;q=1.0;mp=1',
      '<sip:+4930765432@example.com;user=phone;cause=302>;q=0.5;mp=1',
    ]);
    expect(values(response, 'diversion')[0]).toMatch(
      /^<sip:eve@example\.com>;reason=unconditional/,
    );
  });

  test('keeps what the INVITE’s own Diversions say', async () => {
    const diversions = [
      '"Z, \\"z\\"" <sip:zoe@example.com>;reason=user-busy',
      '<sip:yan@example.com>;reason=away',
    ];
    const response = (await call(port, { called: 'number', diversions })) ?? '';
    expect(values(response, 'diversion').slice(1)).toEqual(diversions);
  });

  test('works out no variables that a caller writes', async () => {
    const diversions = [
      '"$ci $(hdr(To)) $avp(key) $var(rc)" <sip:zoe@example.com;x=$ci>;reason=away',
    ];
    const response = (await call(port, { called: 'number', diversions })) ?? '';
    expect(values(response, 'diversion').slice(1)).toEqual(diversions);
  });

  test('rejects', async () => {
    expect(await call(port, { called: 'dnd' })).toMatch(/^SIP\/2\.0 486 Busy Here\r\n/);
  });

  test('continues to B, and gives A the end of their leg', async () => {
    expect(await call(port, { called: 'plain' })).toMatch(/^SIP\/2\.0 603 /);
    expect(phone.invites.at(-1)).toMatch(/^INVITE sip:frank@example\.com SIP/);
  });

  test('asks again when B is busy', async () => {
    const response = (await call(port, { called: 'away' })) ?? '';
    expect(response).toMatch(/^SIP\/2\.0 302 /);
    expect(values(response, 'contact')).toEqual([
      '<sip:+4915112345678@example.com;user=phone;cause=486>;q=1.0;mp=1',
    ]);
  });

  test('asks again when the ring timer runs out, and cancels B', async () => {
    scripted.scripts.set('ringer', ({ outcome }) => ({
      json: outcome
        ? { action: 'redirect', status: 302, contacts: ['<sip:carol@example.com;cause=408>;q=1.0'] }
        : { action: 'continue', ringSeconds: 1 },
    }));
    const response = (await call(scriptedPort, { called: 'plain' }, 'ringer')) ?? '';
    expect(response).toMatch(/^SIP\/2\.0 302 /);
    const [, asked] = scripted.asked('ringer');
    expect(asked?.outcome).toMatchObject({ status: 408, ringing: true });
    expect(phone.cancels.at(-1)).toMatch(/^CANCEL sip:ringer@example\.com SIP/);
  });

  test('gives B the headers of a continue, and keeps the loop token from them', async () => {
    scripted.scripts.set('frank', () => ({
      json: { action: 'continue', headers: ['Diversion: <sip:bob@example.com>;reason=no-answer'] },
    }));
    await call(scriptedPort, { called: 'plain' }, 'frank', ';dv=token');
    const invite = phone.invites.at(-1) ?? '';
    expect(invite).toMatch(/^INVITE sip:frank@example\.com SIP/);
    expect(values(invite, 'diversion')).toEqual(['<sip:bob@example.com>;reason=no-answer']);
    expect(scripted.asked('frank')[0]?.requestUri).toBe('sip:frank@example.com;dv=token');
  });

  test.each([
    ['does not answer', { hang: true }],
    ['says 503', { status: 503, body: 'down' }],
    ['sends what is no JSON', { body: '<html>' }],
    ['sends what is no decision', { json: { action: 'dance' } }],
  ] as const)('goes on to B when Divert %s', async (_, reply) => {
    scripted.scripts.set('frank', () => reply);
    // An edge for each: failures that were counted in one test must not decide the next.
    const edge = await startOpenSips(folder, url, phone);
    try {
      expect(await call(edge.port, { called: 'plain' }, 'frank')).toMatch(/^SIP\/2\.0 603 /);
    } finally {
      await edge.stop();
    }
  });

  test('keeps a phone’s own 302 to a number from A when Divert fails', async () => {
    const fails = ({ outcome }: { outcome?: object }) =>
      outcome ? ({ status: 500 } as const) : { json: { action: 'continue' } };
    scripted.scripts.set('to-number', fails).set('to-name', fails);
    expect(await call(scriptedPort, { called: 'plain' }, 'to-number')).toMatch(/^SIP\/2\.0 480 /);
    const response = (await call(scriptedPort, { called: 'plain' }, 'to-name')) ?? '';
    expect(values(response, 'contact')).toEqual(['<sip:carol@example.com>']);
    expect(scripted.asked('to-number')[1]?.outcome).toMatchObject({
      status: 302,
      contacts: ['<sip:+4990012345@example.com>'],
    });
  });

  test('sends nothing that breaks a header', async () => {
    const contacts = ['<sip:carol@example.com>\r\nX-Evil: 1', '<sip:carol@example.com>;q=1.0'];
    const headers = ['Diversion: <sip:bob@example.com>\r\nX-Evil: 2', 'X-Good: 1'];
    scripted.scripts.set('frank', () => ({
      json: { action: 'redirect', status: 302, contacts, headers },
    }));
    const response = (await call(scriptedPort, { called: 'plain' }, 'frank')) ?? '';
    expect(values(response, 'contact')).toEqual(['<sip:carol@example.com>;q=1.0']);
    expect(values(response, 'x-good')).toEqual(['1']);
    expect(response).not.toMatch(/X-Evil/i);
  });

  test.each(OWN_CONTACTS)(
    'without Divert, of a 302 with %s goes out what names a user',
    async (what, contacts, told) => {
      const user = `own-${OWN_CONTACTS.findIndex(([each]) => each === what)}`;
      own.set(user, contacts);
      scripted.scripts.set(user, ({ outcome }) =>
        outcome ? { status: 500 } : { json: { action: 'continue' } },
      );
      const response = (await call(scriptedPort, { called: 'plain' }, user)) ?? '';
      const sorted = (list: readonly string[]) =>
        list.map((each) => each.replace(/(?<=;q=).*/, (q) => String(Number(q)))).sort();
      expect(sorted(values(response, 'contact'))).toEqual(sorted(told));
      expect(response).toMatch(told.length > 0 ? /^SIP\/2\.0 302 / : /^SIP\/2\.0 480 /);
    },
  );

  test('without Divert, no shape of a number goes out', async () => {
    for (const [i, shapes] of TOLL_SHAPES.entries()) {
      own.set(`toll-${i}`, shapes);
      scripted.scripts.set(`toll-${i}`, () => ({ json: { action: 'continue' } }));
      const response = (await call(scriptedPort, { called: 'plain' }, `toll-${i}`)) ?? '';
      expect(response).toMatch(/^SIP\/2\.0 (302|480) /);
      for (const contact of values(response, 'contact')) expect(contact).toMatch(NAME_OF_OURS);
    }
  }, 60_000);

  test.each([304, 380, 399])('a %i of a phone is its own diversion', async (status) => {
    const user = `own-${status}`;
    own.set(user, ['<sip:+4990012345@evil.example>'], status);
    scripted.scripts.set(user, () => ({ json: { action: 'continue' } }));
    expect(await call(scriptedPort, { called: 'plain' }, user)).toMatch(/^SIP\/2\.0 480 /);
    expect(scripted.asked(user)[1]?.outcome).toMatchObject({ status });
  });

  test('asks the second Divert when the first is killed', async () => {
    const first = new ScriptedWebhook();
    const second = new ScriptedWebhook();
    const moved = {
      json: { action: 'redirect', status: 302, contacts: ['<sip:carol@example.com>'] },
    };
    for (const { scripts } of [first, second]) {
      scripts.set('always', () => moved);
      scripts.set('frank', ({ outcome }) => (outcome ? moved : { json: { action: 'continue' } }));
    }
    const urls = [`${await first.start()}/v1/route`, `${await second.start()}/v1/route`];
    const edge = await startOpenSips(folder, urls[0] as string, phone, urls[1]);
    try {
      const status = async (user: string) =>
        (await call(edge.port, { called: 'plain' }, user))?.slice(8, 11);
      expect([await status('always'), await status('frank')]).toEqual(['302', '302']);
      expect(second.questions).toEqual([]);
      await first.stop();
      const statuses: unknown[] = [];
      for (let n = 0; n < 8; n++) statuses.push(await status('always'), await status('frank'));
      expect(new Set(statuses)).toEqual(new Set(['302']));
      expect(second.asked('always')).toHaveLength(8);
    } finally {
      await edge.stop();
      await second.stop();
    }
  });

  test('calls whom Divert names: several at once, then the next', async () => {
    const branch = (user: string, header: string) => ({
      contact: `<sip:${user}@example.com>`,
      headers: [header],
    });
    const legs = [
      { branches: [branch('busy-1', 'X-To: one'), branch('busy-2', 'X-To: two')] },
      { branches: [branch('answers', 'Diversion: <sip:boss@example.com>;reason=away')] },
    ];
    scripted.scripts.set('boss', () => ({
      json: {
        action: 'redirect',
        status: 302,
        contacts: ['<sip:x@example.com>'],
        follow: { legs },
      },
    }));
    const before = phone.invites.length;
    expect(await call(scriptedPort, { called: 'plain' }, 'boss')).toMatch(/^SIP\/2\.0 200 /);
    const rung = phone.invites.slice(before);
    expect(
      rung.map((invite) => [/sip:([^@]+)/.exec(invite)?.[1], ...values(invite, 'x-to')]),
    ).toEqual([['busy-1', 'one'], ['busy-2', 'two'], ['answers']]);
    expect(values(rung[2] ?? '', 'diversion')).toEqual(['<sip:boss@example.com>;reason=away']);
    expect(scripted.asked('answers')[0]).toMatchObject({
      canFollow: true,
      headers: { Diversion: ['<sip:boss@example.com>;reason=away'] },
    });
    expect(scripted.asked('busy-1')).toEqual([]);
  });

  test('tells the best of the targets’ answers where none has answered', async () => {
    const legs = [{ branches: [{ contact: '<sip:busy-1@example.com>', headers: [] }] }];
    scripted.scripts.set('boss-2', () => ({
      json: {
        action: 'redirect',
        status: 302,
        contacts: ['<sip:x@example.com>'],
        follow: { legs },
      },
    }));
    expect(await call(scriptedPort, { called: 'plain' }, 'boss-2')).toMatch(/^SIP\/2\.0 486 /);
  });
});
