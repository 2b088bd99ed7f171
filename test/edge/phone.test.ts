/** A real phone, linphonec from Debian, as User A: it follows the 302 by itself and arrives at User C. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installed } from './installed.ts';
import { ladder } from './ladder.ts';
import { freePort } from './ports.ts';
import { Bench, userOf } from './scenario.ts';
import { answer, expect as awaits, pause, play, ringing } from './sipp.ts';
import { to } from './steps.ts';

installed();

it('linphonec calls Bob and reaches Carol', async () => {
  const home = mkdtempSync(join(tmpdir(), 'divert-linphone-'));
  const bench = await Bench.start();
  const { bob, carol } = bench.users();
  bench.webhook.scripts.set(userOf(bob), () => to(carol));
  const port = await freePort();
  // It creates no folder of its own, and without one it ends.
  mkdirSync(join(home, '.local/share/linphone'), { recursive: true });
  writeFileSync(
    join(home, 'linphonerc'),
    [
      `[sip]\nsip_port=${port}\nsip_tcp_port=0\nsip_tls_port=0\ndefault_proxy=0\nuse_ipv6=0`,
      `[proxy_0]\nreg_proxy=<sip:127.0.0.1:${bench.edge.port}>\nreg_route=<sip:127.0.0.1:${bench.edge.port};lr>`,
      'reg_identity=sip:alice@example.com\nreg_sendregister=0\n',
    ].join('\n'),
  );
  const c = await play(bench.edge.port, [
    ringing(),
    answer(180),
    pause(300),
    answer(200),
    awaits('ACK'),
  ]);
  await bench.edge.register(userOf(carol), `sip:${userOf(carol)}@127.0.0.1:${c.port}`);
  const phone = spawn('linphonec', ['-c', join(home, 'linphonerc')], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let said = '';
  phone.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  try {
    // Headless: sound comes from files, there is no card.
    phone.stdin.write(`soundcard use files\ncall ${bob}\n`);
    await c.done.catch((error) => {
      throw new Error(`${error.message}\nlinphonec said:\n${said}`);
    });
    const messages = ladder(await bench.packets(), { A: port, C: c.port, P: bench.edge.port });
    const lines = messages.map(({ line }) => line.replace(/(bob|carol)-\d+/, '$1'));
    expect(lines.slice(0, 11)).toEqual([
      'A>P INVITE bob',
      'P>A 302',
      'A>P ACK',
      'A>P INVITE carol',
      'P>C INVITE carol',
      'C>P 180',
      'P>A 180',
      'C>P 200',
      'P>A 200',
      'A>P ACK',
      'P>C ACK',
    ]);
    expect(bench.edge.complaints).toEqual([]);
  } finally {
    phone.kill('SIGKILL');
    await once(phone, 'close');
    c.stop();
    await bench.stop();
    rmSync(home, { recursive: true, force: true });
  }
});
