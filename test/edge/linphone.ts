/** A real phone: linphonec from Debian, headless, registered nowhere, with the edge as its proxy. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { freePort } from './ports.ts';

export class Linphone {
  readonly port: number;
  /** Everything it printed. */
  said = '';
  readonly #home: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(port: number, home: string) {
    this.port = port;
    this.#home = home;
    this.#child = spawn('linphonec', ['-c', join(home, 'linphonerc')], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.stdout.on('data', (data: Buffer) => {
      this.said += data.toString();
    });
  }

  static async start(edgePort: number): Promise<Linphone> {
    const home = mkdtempSync(join(tmpdir(), 'divert-linphone-'));
    const port = await freePort();
    // It creates no folder of its own, and without one it ends.
    mkdirSync(join(home, '.local/share/linphone'), { recursive: true });
    writeFileSync(
      join(home, 'linphonerc'),
      [
        `[sip]\nsip_port=${port}\nsip_tcp_port=0\nsip_tls_port=0\ndefault_proxy=0\nuse_ipv6=0`,
        `[proxy_0]\nreg_proxy=<sip:127.0.0.1:${edgePort}>\nreg_route=<sip:127.0.0.1:${edgePort};lr>`,
        'reg_identity=sip:alice@example.com\nreg_sendregister=0\n',
      ].join('\n'),
    );
    return new Linphone(port, home);
  }

  /** Headless: sound comes from files, there is no card. */
  call(uri: string): void {
    this.#child.stdin.write(`soundcard use files\ncall ${uri}\n`);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
    rmSync(this.#home, { recursive: true, force: true });
  }
}
