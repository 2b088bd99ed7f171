/** docs/softphones.md, typed as it stands, but for ports and the sound card. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { startLocal } from '../../infra/local/local.ts';
import { Edge } from './edge.ts';
import { PATIENT_DIVERT, PATIENT_EDGE } from './patience.ts';
import { until } from './phones/phone.ts';
import { freePort } from './ports.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/softphones.md'), 'utf8');
const FILES = [...PAGE.matchAll(/^`(\w+\/\w+)`:\n\n```\n([^`]+)```/gm)];
const command = (program: string) =>
  new RegExp(`^(.*&& .*${program} .*?)(?: +#.*)?$`, 'm').exec(PAGE)?.[1] ?? '';

/** A command of the page, in a folder, and what it prints. */
class Typed {
  said = '';
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  constructor(line: string, cwd: string) {
    const args = ['--pdeathsig=KILL', 'sh', '-c', line.replace(/&& (?=[^&]*$)/, '&& exec env ')];
    this.child = spawn('setpriv', args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (data: Buffer) => {
        this.said += data.toString();
      });
    }
    this.child.stdin.on('error', () => {});
  }

  says(what: RegExp): Promise<true> {
    const look = () => (what.test(this.said) ? (true as const) : undefined);
    return until(look, 30_000, () => `not ${what}, but\n${this.said}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'close');
  }
}

test('Alice calls Bob, and talks to Carol', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-softphones-'));
  const local = await startLocal({
    ...{ documents: ['infra/rules/example.com.yaml'], port: 0 },
    environment: PATIENT_DIVERT,
  });
  const phones: Typed[] = [];
  let edge: Edge | undefined;
  try {
    edge = await Edge.start(local.url, { ...PATIENT_EDGE, DIVERT_KEY: local.key });
    const here: Record<string, string> = {
      '127.0.0.1:5060': `127.0.0.1:${edge.port}`,
      '127.0.0.1:5070': '127.0.0.1:0',
      'sip_port=5080': `sip_port=${await freePort()}`,
      'alsa,default': 'aubridge,nil',
      'alsa.so': 'aubridge.so',
    };
    expect(FILES).toHaveLength(3);
    for (const [, name = '', text = ''] of FILES) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      const own = Object.entries(here).reduce((so, [from, to]) => so.replaceAll(from, to), text);
      writeFileSync(join(folder, name), own);
    }
    const carol = new Typed(command('baresip'), folder);
    phones.push(carol);
    await carol.says(/carol@example\.com: .*200 OK/);
    const alice = new Typed(command('linphonec'), folder);
    phones.push(alice);
    const token = await local.token({
      sub: 'test',
      'divert:role': 'admin',
      'divert:domains': ['example.com'],
    });
    const set = await fetch(`${local.url}/v1/domains/example.com/subscribers/bob/phone`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'if-match': '"1"',
      },
      body: JSON.stringify({ always: 'carol' }),
    });
    expect(set.status, await set.text()).toBe(200);
    alice.child.stdin.write('soundcard use files\n');
    alice.child.stdin.write(`${/`(call sip:bob[^`]*)`/.exec(PAGE)?.[1]}\n`);
    await alice.says(/Call 1 with .* connected/);
    await carol.says(/audio encoder: PCM/);
    expect(edge.complaints).toEqual([]);
    // One line, and then only what is wrong.
    expect(edge.log.trim().split('\n')).toHaveLength(1);
  } finally {
    for (const phone of phones) await phone.stop();
    await edge?.stop();
    await local.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
