import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAnswerer } from '../../functions/answer/answer.ts';
import { route } from '../../functions/answer/route.ts';
import { createFeature } from '../../functions/feature/feature.ts';
import type { HttpRequest } from '../../functions/http/http.ts';
import { loadRules } from '../../functions/rules/source/load.ts';
import { generatePeerKey, hashPeerKey } from '../../functions/store/peer-key.ts';
import { changePeer } from '../../functions/store/peers.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { admin, call, install, self } from '../admin/fixtures.ts';
import { AUTHOR, peer, startTable } from '../store/fixtures.ts';
import { contactShapes, goodContacts, TOLL_COUNTRIES, type TollCountry } from './contact-shapes.ts';
import { dialledIn } from './dialled.ts';
import { whatAGatewayMinds } from './gateway.ts';

const DOMAIN = 'example.com';
const [DE] = TOLL_COUNTRIES as [TollCountry];
const ALLOWED = {
  ...{ domain: DOMAIN, code: DE.code, extension: /^1\d{3}$/ },
  users: ['ring', 'alice', 'carol', '1002'],
};
const HEAD = `
domain: ${DOMAIN}
country: DE
targets: { allow: ["@${DOMAIN}", "+49", "ext:1xxx"], deny: ["+49900"] }
subscribers:
  alice: {}
  carol: { aliases: ["1002"] }
`;
const DOCUMENT = `${HEAD}  ring: { managedBy: subscriber }\n`;

const KEY = generatePeerKey();
let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
  const keys = [{ hash: hashPeerKey(KEY), created: '2026-01-01T00:00:00Z' }];
  await changePeer(
    table,
    { name: 'sbc', next: { source: {}, compiled: peer('sbc', DOMAIN), keys } },
    AUTHOR,
  );
  await install(table, DOCUMENT);
});
afterAll(() => table.database.stop());

const post = (path: string, body: object): HttpRequest => ({
  method: 'POST',
  path,
  query: '',
  headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const ask = (user: string, change: object = {}) => ({
  callId: crypto.randomUUID(),
  requestUri: `sip:${user}@${DOMAIN}`,
  from: '<sip:caller@elsewhere.example>;tag=1',
  to: `<sip:${user}@${DOMAIN}>`,
  ...change,
});

/** What a call to somebody would dial, by what is stored now. */
async function dialledFor(user: string): Promise<string[]> {
  const answerer = createAnswerer({
    reader: sdkReader(table.client, table.name),
    ...{ now: Date.now, deadlineMs: 5_000, log: () => {} },
  });
  const outcome = { status: 486 };
  const { body } = await route(post('/v1/route', ask(user, { outcome })), answerer);
  return dialledIn('route', body, DOMAIN);
}

/** Whether a write by the API was taken. */
async function written(request: string, body: object, as = admin('*')): Promise<boolean> {
  const headers = { 'if-match': '*' };
  const { status } = await call(table, request, { as, headers, body });
  expect([200, 201, 204, 409, 422]).toContain(status);
  return status < 300;
}
const AT = `/v1/domains/${DOMAIN}/subscribers/ring`;

/** Each way in which somebody has a target stored, and whether it was taken. */
const DOORS: Readonly<Record<string, (target: string) => Promise<boolean>>> = {
  'an operator’s rule': (to) =>
    written(`PATCH ${AT}?force=true`, { rules: [{ when: 'busy', forward: [{ to }] }] }),
  'a subscriber’s own rule': (to) =>
    written(
      `PATCH ${AT}`,
      { rules: [{ when: 'busy', forward: [{ to, q: 0.5 }] }] },
      self(`ring@${DOMAIN}`),
    ),
  'a phone setting, PUT': (to) => written(`PUT ${AT}/phone`, { busy: { to, active: true } }),
  'a phone setting, PATCH': (to) => written(`PATCH ${AT}/phone`, { busy: to }),
  'a phone setting that is switched on later': async (to) =>
    (await written(`PUT ${AT}/phone`, { busy: { to, active: false } })) &&
    (await written(`PATCH ${AT}/phone`, { busy: { active: true } })),
  'a feature code': async (to) => {
    const feature = createFeature({
      ...{ reader: sdkReader(table.client, table.name), table, deadlineMs: 10_000 },
      ...{ log: () => {}, tell: () => {} },
    });
    const user = to.replace(/^(?:sips?|tel):|@[^@]*$/gi, '').replaceAll('#', '%23');
    const authenticatedAs = `sip:ring@${DOMAIN}`;
    const asked = ask('x', { requestUri: `sip:*90${user}@${DOMAIN}`, authenticatedAs });
    const { status } = await feature(post('/v1/feature', asked));
    expect(status).toBeLessThan(500);
    return status === 200;
  },
};

// What is not allowed is not stored, or it is not used: the same judgement at both times.
describe.each(Object.entries(DOORS))('by %s', (_, write) => {
  const forget = async () => {
    await written(`PUT ${AT}/phone`, {});
    await written(`PATCH ${AT}?force=true`, { rules: [] });
  };

  test('nobody has a number dialled that is not allowed', async () => {
    for (const shape of contactShapes(DE, DOMAIN)) {
      await forget();
      await write(shape);
      for (const one of await dialledFor('ring')) {
        // A rule may name a port of the domain.
        const sent = one.replace(`@${DOMAIN}:9999`, `@${DOMAIN}`);
        expect([shape, whatAGatewayMinds(sent, ALLOWED)]).toEqual([shape, undefined]);
      }
    }
  }, 120_000);

  test('what is allowed is stored and dialled', async () => {
    const [[number, sent] = ['', '']] = goodContacts(DE, DOMAIN);
    await forget();
    expect(await write(number)).toBe(true);
    expect((await dialledFor('ring'))[0]).toContain(`<${sent}`);
  });
});

describe('by documents', () => {
  const document = (shapes: readonly string[]) =>
    HEAD +
    shapes
      .map((to, i) => `  u${i}: { rules: [{ when: busy, forward: ${JSON.stringify(to)} }] }\n`)
      .join('');
  const check = (shape: string) =>
    loadRules([{ name: 'rules.yaml', text: document([shape]) }], {
      readFile: () => '',
      now: Date.now(),
    }).problems;

  test('what `check` lets pass dials nothing else after `apply`', async () => {
    const shapes = contactShapes(DE, DOMAIN).filter((shape) => check(shape).length === 0);
    expect(shapes.length).toBeGreaterThan(5);
    await install(table, document(shapes));
    let dialled = 0;
    for (const [i, shape] of shapes.entries()) {
      for (const one of await dialledFor(`u${i}`)) {
        dialled++;
        const sent = one.replace(`@${DOMAIN}:9999`, `@${DOMAIN}`);
        expect([shape, whatAGatewayMinds(sent, ALLOWED)]).toEqual([shape, undefined]);
      }
    }
    expect(dialled).toBeGreaterThan(5);
  }, 120_000);
});
