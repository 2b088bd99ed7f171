/** baresip from Debian, headless, driven by its control port (module ctrl_tcp: netstrings of JSON). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { type Account, type Phone, until } from './phone.ts';

interface Event {
  readonly event?: true;
  readonly type: string;
  readonly param?: string;
}

export class Baresip implements Phone {
  readonly registered: Promise<void>;
  said = '';
  #events: Event[] = [];
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #control: Socket;

  private constructor(folder: string, child: ChildProcess, control: Socket) {
    this.#folder = folder;
    this.#child = child;
    this.#control = control;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.said += data.toString();
      });
    }
    let text = '';
    control.on('error', () => {});
    control.on('data', (data: Buffer) => {
      text += data.toString();
      for (;;) {
        const [whole = '', length = ''] = /^(\d+):/.exec(text) ?? [];
        const end = whole.length + Number(length);
        if (whole === '' || text.length <= end) return;
        this.#events.push(JSON.parse(text.slice(whole.length, end)) as Event);
        text = text.slice(end + 1);
      }
    });
    // The event may come before anybody listens for it.
    this.registered = until(
      () => (/\{0\/\w+\/v\d\} 200 OK/.test(this.said) ? true : undefined),
      20_000,
      () => `baresip has not registered:\n${this.said}`,
    ).then(() => {});
    this.registered.catch(() => {});
  }

  static async start(account: Account): Promise<Baresip> {
    const { user, password, host, port, transport, authority, answers } = account;
    const folder = mkdtempSync(join(tmpdir(), 'divert-baresip-'));
    const control = await freePort();
    const address = host.replace(/^\[|\]$/g, '');
    // Port 0: it takes a free one for each protocol.
    const modules = ['module g711.so', 'module aubridge.so'];
    const apps = ['uuid', 'account'].map((name) => `module_tmp ${name}.so`);
    const config = [
      `sip_listen ${host}:0`,
      ...(authority ? [`sip_cafile ${authority}`] : []),
      `net_interface ${address}`,
      // There is no sound card; whatever it hears it says.
      ...['source', 'player', 'alert'].map((end) => `audio_${end} aubridge,nil`),
      `ctrl_tcp_listen 127.0.0.1:${control}`,
      'module_path /usr/lib/baresip/modules',
      ...[...modules, ...apps],
      'module_app menu.so',
      'module_app ctrl_tcp.so',
    ];
    const way = `;transport=${transport}`;
    const settings = `outbound="sip:${host}:${port}${way}";auth_user=${user};auth_pass=${password};regint=300;answermode=${answers ? 'auto' : 'manual'}`;
    writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
    writeFileSync(join(folder, 'accounts'), `<sip:${user}@example.com${way}>;${settings}\n`);
    writeFileSync(join(folder, 'contacts'), '');
    const child = spawn('setpriv', ['--pdeathsig=KILL', 'baresip', '-f', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      return new Baresip(folder, child, await reach(control));
    } catch (error) {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async call(uri: string): Promise<void> {
    this.#events = [];
    this.#tell('dial', uri);
  }

  async talks(milliseconds: number): Promise<void> {
    await this.#seen('CALL_ESTABLISHED', milliseconds);
  }

  async refused(milliseconds: number): Promise<string> {
    return (await this.#seen('CALL_CLOSED', milliseconds)).param ?? '';
  }

  async hangUp(): Promise<void> {
    this.#tell('hangup');
    this.#events = [];
  }

  async stop(): Promise<void> {
    this.#control.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'close');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tell(command: string, params = ''): void {
    const json = JSON.stringify({ command, params });
    this.#control.write(`${Buffer.byteLength(json)}:${json},`);
  }

  #seen(type: string, milliseconds: number): Promise<Event> {
    return until(
      () => this.#events.find((event) => event.event && event.type === type),
      milliseconds,
      () => `baresip: no ${type}, but ${JSON.stringify(this.#events)}\n${this.said.slice(-1500)}`,
    );
  }
}

async function reach(port: number): Promise<Socket> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (open) return socket;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`baresip does not listen on ${port}`);
}
