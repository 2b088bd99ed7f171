/** A real phone, linphonec from Debian, as User A: it follows a 302 by itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startLocal } from '../../infra/local/local.ts';
import { ladder } from './ladder.ts';
import { Linphone } from './linphone.ts';
import { PATIENT_DIVERT } from './patience.ts';
import { Bench, userOf } from './scenario.ts';
import { answer, expect as awaits, pause, play, ringing } from './sipp.ts';
import { DIVERTED, to } from './steps.ts';

/** The call to Bob that ends at Carol after one redirect. */
const ARRIVES = ['A>P INVITE bob', ...DIVERTED];

/** Carol answers; linphonec calls Bob. Answers the ladder. */
async function callBob(bench: Bench, users: { bob: string; carol: string }): Promise<string[]> {
  const carol = userOf(users.carol);
  const c = await play(bench.edge.port, [
    ringing(),
    answer(180),
    pause(300),
    answer(200),
    awaits('ACK'),
  ]);
  await bench.edge.register(carol, `sip:${carol}@127.0.0.1:${c.port}`);
  const phone = await Linphone.start(bench.edge.port);
  try {
    phone.call(users.bob);
    await c.done.catch((error) => {
      throw new Error(`${error.message}\nlinphonec said:\n${phone.said}`);
    });
    const places = { A: phone.port, C: c.port, P: bench.edge.port };
    const messages = ladder(await bench.packets(), places);
    return messages.map(({ line }) => line.replace(/(bob|carol)-\d+/, '$1'));
  } finally {
    await phone.stop();
    c.stop();
  }
}

test('linphonec calls Bob and reaches Carol', async () => {
  const bench = await Bench.start();
  try {
    const users = bench.users();
    bench.webhook.scripts.set(userOf(users.bob), () => to(users.carol));
    expect((await callBob(bench, users)).slice(0, ARRIVES.length)).toEqual(ARRIVES);
    expect(bench.edge.complaints).toEqual([]);
  } finally {
    await bench.stop();
  }
});

// linphone drops Diversion and has no limit of its own: 154 INVITEs in 3.5 s were seen. Only the
// token that it keeps in the Request-URI tells Divert that Bob has diverted this call already.
test('linphonec gets out of a circle: Bob to Carol, Carol to Bob', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-circle-'));
  const rules = join(folder, 'example.com.yaml');
  const circle = (target: string): string =>
    `{ rules: [{ name: circle, when: always, callers: not anonymous, forward: ${target} }] }`;
  writeFileSync(
    rules,
    `domain: example.com\nsubscribers:\n  bob: ${circle('carol')}\n  carol: ${circle('bob')}\n`,
  );
  const local = await startLocal({
    documents: [rules],
    port: 0,
    environment: PATIENT_DIVERT,
  });
  const bench = await Bench.start({ DIVERT_URL: local.url, DIVERT_KEY: local.key });
  try {
    const users = { bob: 'sip:bob@example.com', carol: 'sip:carol@example.com' };
    const lines = await callBob(bench, users);
    expect(lines.slice(0, ARRIVES.length)).toEqual(ARRIVES);
    expect(lines.filter((line) => line === 'P>A 302')).toHaveLength(1);
  } finally {
    await bench.stop();
    await local.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
