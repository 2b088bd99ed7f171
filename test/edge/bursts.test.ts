/**
 * More calls at once than can be asked about. Whoever calls nobody is asked about twice, the second time by the
 * process that had the first answer: where such processes wait for each other, no call is ever answered again.
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Parties, type SeenCall } from '../programs/faults/parties.ts';
import { Bench } from './scenario.ts';
import { onOutcome, to } from './steps.ts';
import { waysToAsk } from './ways.ts';

const run = promisify(execFile);
const finals = ({ finals: all }: SeenCall) => [...all].map((final) => final.split(' ')[0]).join();
const moved = onOutcome(to('sip:carol@example.com'));

describe.each(waysToAsk())('asking with %s', (way) => {
  const folder = mkdtempSync(join(tmpdir(), 'divert-burst-'));
  const control = join(folder, 'control');
  let bench: Bench;
  let parties: Parties;
  beforeAll(async () => {
    chmodSync(folder, 0o777); // Kamailio has a user of its own
    bench = await Bench.start({ EDGE_CLIENT: way, EDGE_CONTROL: control });
    parties = await Parties.start(bench.edge.port, {});
  });
  afterAll(async () => {
    parties?.stop();
    await bench?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (count: number) => Array.from({ length: count }, () => parties.call('nobody'));

  /** The processes that do HTTP. */
  async function askers(): Promise<number[]> {
    const { stdout } = await run('kamcmd', ['-s', `unix:${control}`, 'core.psx']);
    const processes = [...stdout.matchAll(/PID: (\d+)\s+DSC: (.*)/g)];
    const found = processes.filter(([, , name]) =>
      /^(Http Async|Async Task) Worker/.test(name ?? ''),
    );
    expect(found.length).toBeGreaterThan(1);
    return found.map(([, pid]) => Number(pid));
  }

  test('all are answered once, and calls are diverted again when it is over', async () => {
    // Every process that asks has an answer to go on with while its queue is full.
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    bench.webhook.scripts.set('nobody', (request) => ({ ...moved(request), after: held }));
    const workers = await askers();
    const first = call(80);
    while (bench.webhook.questions.length < 32) await sleep(10);
    for (const pid of workers) process.kill(pid, 'SIGSTOP');
    // As many as Kamailio's sockets between processes hold: one of them here, two there.
    const second = call(way === 'packages' ? 350 : 650);
    await sleep(1_000);
    release();
    await sleep(100);
    for (const pid of workers) process.kill(pid, 'SIGCONT');
    await Promise.all([...first, ...second]);
    // 404: Divert had no time for it.
    const seen = [...parties.calls.values()].map(finals);
    expect(seen.filter((of) => of !== '302' && of !== '404')).toEqual([]);
    // The breaker may be open for 3 s.
    let last = '';
    for (let n = 0; n < 60 && last !== '302'; n++) {
      if (n > 0) await sleep(500);
      await Promise.all(call(1));
      last = finals([...parties.calls.values()].at(-1) as SeenCall);
    }
    expect(last).toBe('302');
  }, 180_000);
});
