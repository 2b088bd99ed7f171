import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATIONS } from '../../functions/admin/operations.ts';
import { startTable } from '../store/fixtures.ts';
import {
  admin,
  type Call,
  call,
  DOCUMENT,
  helpdesk,
  IAM,
  install,
  installPeer,
  self,
} from './fixtures.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
  await install(table, DOCUMENT);
  await install(
    table,
    DOCUMENT.replace('domain: example.com', 'domain: example.net').replaceAll(
      '@example.com',
      '@example.net',
    ),
  );
  await installPeer(table, { name: 'sbc', domains: ['example.com'] } as never);
});
afterAll(() => table.database.stop());

/** Who asks about example.com and its subscriber bob. */
const CALLERS = {
  admin: admin('example.com'),
  every: admin('*'),
  iam: IAM,
  other: admin('example.net', 'sub.example.com', 'xample.com'),
  desk: helpdesk('example.com'),
  otherDesk: helpdesk('example.net'),
  bob: self('sip:bob@example.com'),
  carol: self('sip:carol@example.com'),
  namesake: self('sip:bob@example.net'),
  alias: self('sip:1002@example.com'),
  nobody: undefined,
  empty: { sub: 'x' },
} satisfies Record<string, Call['as']>;
type Who = keyof typeof CALLERS;

const ADMINS: Who[] = ['admin', 'every', 'iam'];
const DESK: Who[] = [...ADMINS, 'desk'];
const AND_BOB: Who[] = [...ADMINS, 'bob'];
const DESK_AND_BOB: Who[] = [...DESK, 'bob'];
const EVERYBODY = (Object.keys(CALLERS) as Who[]).filter(
  (who) => !['nobody', 'empty'].includes(who),
);
const D = '/v1/domains/example.com';
const BOB = `${D}/subscribers/bob`;
const body = {};
const callToBob = {
  ...{ callId: '1', requestUri: 'sip:1002@example.com' },
  ...{ from: '<sip:alice@example.com>;tag=1', to: '<sip:1002@example.com>' },
};

/** Every operation, and who is let in; everybody else gets 401 or 403. */
const ALLOWED: [operation: string, request: string, allowed: Who[], options?: Call][] = [
  ['getMe', 'GET /v1/me', EVERYBODY],
  // Who has no domain that there is sees an empty list.
  ['listDomains', 'GET /v1/domains', [...DESK, 'other', 'otherDesk']],
  ['getPolicy', `GET ${D}`, DESK],
  ['putPolicy', `PUT ${D}`, ADMINS, { body }],
  ['patchPolicy', `PATCH ${D}`, ADMINS, { body: { ringSeconds: 9 } }],
  ['deletePolicy', `DELETE ${D}`, ADMINS],
  ['getPolicyHistory', `GET ${D}/history`, DESK],
  ['revertPolicy', `POST ${D}/revert`, ADMINS, { body: { version: 1 } }],
  ['listSubscribers', `GET ${D}/subscribers`, DESK],
  ['getSubscriber', `GET ${BOB}`, DESK_AND_BOB],
  ['putSubscriber', `PUT ${BOB}`, AND_BOB, { body }],
  ['patchSubscriber', `PATCH ${BOB}`, AND_BOB, { body: { privacy: 'full' } }],
  ['deleteSubscriber', `DELETE ${BOB}`, ADMINS],
  // Whoever had their name before is in it too.
  ['getSubscriberHistory', `GET ${BOB}/history`, DESK],
  ['revertSubscriber', `POST ${BOB}/revert`, ADMINS, { body: { version: 1 } }],
  ['getPhoneSettings', `GET ${BOB}/phone`, DESK_AND_BOB],
  ['putPhoneSettings', `PUT ${BOB}/phone`, DESK_AND_BOB, { body: { busy: 'carol' } }],
  ['patchPhoneSettings', `PATCH ${BOB}/phone`, DESK_AND_BOB, { body: { busy: 'carol' } }],
  ['deletePhoneSettings', `DELETE ${BOB}/phone`, DESK_AND_BOB],
  ['getForecast', `GET ${BOB}/forecast`, DESK_AND_BOB],
  // Of a body that is no call nothing is told to anybody.
  ['explain', `POST ${D}/explain`, DESK_AND_BOB, { body: callToBob }],
  // Off: nobody finds any. Who may where it is on: calls.test.ts.
  ['listCalls', `GET ${D}/calls`, [...DESK_AND_BOB, 'carol', 'alias']],
  ['listSwitches', `GET ${D}/switches`, DESK],
  ['getSwitch', `GET ${D}/switches/night`, DESK],
  ['putSwitch', `PUT ${D}/switches/night`, DESK, { body: { on: true } }],
  ['getSwitchesHistory', `GET ${D}/switches/history`, DESK],
  // Who has no domain of it sees an empty list.
  ['listPeers', 'GET /v1/peers', [...ADMINS, 'other']],
  ['getPeer', 'GET /v1/peers/sbc', ADMINS],
  ['putPeer', 'PUT /v1/peers/sbc', ADMINS, { body: { domains: ['example.com'], explain: true } }],
  ['patchPeer', 'PATCH /v1/peers/sbc', ADMINS, { body: { explain: true } }],
  ['deletePeer', 'DELETE /v1/peers/sbc', ADMINS],
  ['getPeerHistory', 'GET /v1/peers/sbc/history', ADMINS],
  ['revertPeer', 'POST /v1/peers/sbc/revert', ADMINS, { body: { version: 1 } }],
  ['listPeerKeys', 'GET /v1/peers/sbc/keys', ADMINS],
  ['addPeerKey', 'POST /v1/peers/sbc/keys', ADMINS],
  ['deletePeerKey', 'DELETE /v1/peers/sbc/keys/0123456789abcdef', ADMINS],
];

test('lists every operation', () => {
  expect(ALLOWED.map(([operation]) => operation).sort()).toEqual(
    OPERATIONS.map(({ id }) => id).sort(),
  );
});

const cases = ALLOWED.flatMap(([operation, request, allowed, options]) =>
  (Object.keys(CALLERS) as Who[]).map((who) => ({
    ...{ operation, request, who, options },
    verdict: allowed.includes(who) ? 'let in' : who === 'nobody' ? 401 : 403,
  })),
);

/** Let in: whatever is then found, missing or in conflict, it is not about rights. */
test.each(cases)('$operation as $who: $verdict', async ({ request, who, options, verdict }) => {
  const path = who === 'iam' ? request.replace('/v1/', '/v1/iam/') : request;
  // No write gets past its precondition, so that no case changes what another finds.
  const headers = { 'if-match': '"0"' };
  const reply = await call(table, path, { headers, ...options, as: CALLERS[who] });
  const own =
    reply.body?.detail ===
    'your rules are managed by your operator; you may change your phone settings';
  if (verdict !== 'let in') expect([reply.status, own]).toEqual([verdict, false]);
  else expect([401, 403, 500]).not.toContain(reply.status);
});

test('shows a refused caller nothing of what is there', async () => {
  for (const who of ['other', 'carol', 'namesake', 'alias'] as const) {
    const there = await call(table, `GET ${BOB}`, { as: CALLERS[who] });
    const missing = await call(table, `GET ${D}/subscribers/zed`, { as: CALLERS[who] });
    const about = ({ detail }: { detail: string }) => detail;
    expect([there.status, about(there.body)]).toEqual([missing.status, about(missing.body)]);
  }
});

// What is judged is what is explained: a value that one reader skips and the other trips over hides nobody.
test.each([
  ['a header that is null', { headers: { Diversion: null } }],
  ['a header of an outcome that is null', { outcome: { status: 486, headers: { Reason: null } } }],
  ['one Contact that is no list', { outcome: { status: 302, contacts: '<sip:x@example.com>' } }],
  ['no To that can be read', { to: '<sip:' }],
  ['another spelling of the user', { requestUri: 'sip:%62ob@example.com' }],
  ['an alias', { requestUri: 'tel:+49301234567' }],
])('a subscriber has no other’s call explained by %s', async (_, change) => {
  const body = { ...callToBob, ...change };
  const reply = await call(table, `POST ${D}/explain`, { as: CALLERS.carol, body });
  expect(reply.status).toBe(403);
  expect((await call(table, `POST ${D}/explain`, { as: CALLERS.bob, body })).status).toBe(200);
});
