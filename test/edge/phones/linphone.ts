/** linphonec from Debian, headless: commands on its standard input, what it shows on its standard output. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type Account, type Phone, until } from './phone.ts';

export class RegisteredLinphone implements Phone {
  readonly registered: Promise<void>;
  said = '';
  #since = 0;
  readonly #home: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(home: string, answers: boolean) {
    this.#home = home;
    const args = ['-c', join(home, 'linphonerc'), ...(answers ? ['-a'] : [])];
    this.#child = spawn('setpriv', ['--pdeathsig=KILL', 'linphonec', ...args], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('data', (data: Buffer) => {
      this.said += data.toString();
    });
    // Sound comes from files: there is no card.
    this.#child.stdin.write('soundcard use files\n');
    this.registered = this.#asksForRegistration();
    this.registered.catch(() => {});
  }

  static async start(account: Account): Promise<RegisteredLinphone> {
    const { user, password, host, port, transport, authority, answers } = account;
    const home = mkdtempSync(join(tmpdir(), 'divert-linphone-'));
    // It creates no folder of its own, and without one it ends.
    mkdirSync(join(home, '.local/share/linphone'), { recursive: true });
    const proxy = `<sip:${host}:${port};transport=${transport}>`;
    // -1: whichever is free when it opens it.
    const ports = ['udp', 'tcp', 'tls'].map(
      (each) => `sip_${each === 'udp' ? '' : `${each}_`}port=${each === transport ? -1 : 0}`,
    );
    writeFileSync(
      join(home, 'linphonerc'),
      [
        '[sip]',
        ...ports,
        `use_ipv6=${host.includes(':') ? 1 : 0}`,
        'default_proxy=0',
        ...(authority
          ? [`root_ca=${authority}`, 'verify_server_certs=1', 'verify_server_cn=0']
          : []),
        '[auth_info_0]',
        `username=${user}`,
        `passwd=${password}`,
        'realm=example.com',
        'domain=example.com',
        '[proxy_0]',
        `reg_proxy=${proxy}`,
        `reg_route=${proxy.replace('>', ';lr>')}`,
        `reg_identity=sip:${user}@example.com`,
        'reg_expires=300',
        'reg_sendregister=1',
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
    return new RegisteredLinphone(home, answers === true);
  }

  async call(uri: string): Promise<void> {
    this.#since = this.said.length;
    this.#child.stdin.write(`call ${uri}\n`);
  }

  async talks(milliseconds: number): Promise<void> {
    await this.#shows(/Call \d+ with .* connected\.|Media streams established/, milliseconds);
  }

  async refused(milliseconds: number): Promise<string> {
    return this.#shows(/Call \d+ with .* error\.|Call \d+ .* ended.*|Call failed.*/, milliseconds);
  }

  async hangUp(): Promise<void> {
    this.#child.stdin.write('terminate all\n');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'close');
    }
    rmSync(this.#home, { recursive: true, force: true });
  }

  /** It tells of no registration by itself. */
  async #asksForRegistration(): Promise<void> {
    const asking = setInterval(() => this.#child.stdin.write('status register\n'), 500);
    try {
      await this.#shows(/^registered, identity=/m, 30_000);
    } finally {
      clearInterval(asking);
    }
  }

  #shows(what: RegExp, milliseconds: number): Promise<string> {
    return until(
      () => what.exec(this.said.slice(this.#since))?.[0],
      milliseconds,
      () => `linphonec: not ${what}, but\n${this.said.slice(-2000)}`,
    );
  }
}
