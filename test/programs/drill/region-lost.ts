import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Edge } from '../../edge/edge.ts';
import { Caller } from '../bench/wire/caller.ts';

/*
 * A region is lost: of two Diverts that a Kamailio edge asks, the first is killed while calls come.
 * Message by message, and for OpenSIPS: test/edge/urls.test.ts and test/dialects.
 */

const WEBHOOK = new URL('../bench/wire/divert.ts', import.meta.url);
const RULES = `domain: example.com
subscribers:
  away: { rules: [{ name: away, when: always, forward: carol }] }
  carol: {}
`;

export interface RegionDrill {
  readonly calls: number;
  /** Those that got their 302. */
  readonly diverted: number;
  /** Milliseconds from INVITE to 302, the longest. */
  readonly longest: number;
  /** What the edge said of it. */
  readonly said: string;
}

export async function regionLost(
  rate: number,
  seconds: number,
  say: (step: string) => void,
): Promise<RegionDrill> {
  const folder = mkdtempSync(join(tmpdir(), 'divert-drill-'));
  const rules = join(folder, 'rules.yaml');
  writeFileSync(rules, RULES);
  const regions: ChildProcess[] = [];
  let edge: Edge | undefined;
  let caller: Caller | undefined;
  try {
    const urls: string[] = [];
    for (let i = 0; i < 2; i++) {
      const region = fork(WEBHOOK, [rules], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      regions.push(region);
      const [{ port }] = await once(region, 'message');
      urls.push(`http://127.0.0.1:${port}`);
    }
    say('an edge that asks two regions, and calls through it');
    edge = await Edge.start(urls.join(','));
    caller = new Caller(edge.port);
    await caller.run('away', rate, 1);
    const calls = caller.run('away', rate, seconds);
    await sleep((seconds * 1000) / 3);
    say('the first is killed');
    regions[0]?.kill('SIGKILL');
    const { calls: all, latencies } = await calls;
    const said = new RegExp(`Divert at ${urls[0]} failed[^\\n]*`).exec(edge.log)?.[0] ?? 'nothing';
    return { calls: all, diverted: latencies.length, longest: Math.max(...latencies), said };
  } finally {
    caller?.close();
    await edge?.stop();
    for (const region of regions) region.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
