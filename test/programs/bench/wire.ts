import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KAMAILIO } from '../../../infra/edge/kamailio/debian.ts';
import { Edge } from '../../edge/edge.ts';
import { freePort } from '../../edge/ports.ts';
import { exchange, request } from '../../edge/sip.ts';
import { needSip } from '../../set-up/packages.ts';
import { buildPeers } from './peers.ts';
import { fixed, median, type Part, quantile } from './result.ts';
import { Caller, type Outcome } from './wire/caller.ts';

const USER = 'away';
const RULES = `domain: example.com
subscribers:
  ${USER}:
    rules: [{ name: away, when: always, forward: carol }]
  carol: {}
`;
const GENTLE = 50;
const RATES = [100, 200, 400, 800, 1200, 1600, 2400, 3200, 4800];

interface Site {
  readonly name: string;
  readonly caller: Caller;
  stop(): Promise<void>;
}

/** From INVITE to 302 over UDP, through the edge. */
export async function benchWire(): Promise<Part> {
  const client = (await needSip()).asyncClient ? 'packages' : 'http_async_client';
  const folder = mkdtempSync(join(tmpdir(), 'divert-wire-'));
  const rules = join(folder, 'rules.yaml');
  writeFileSync(rules, RULES);
  const sites: Site[] = [];
  try {
    sites.push(await edgeAsking('Divert', './wire/divert.ts', [rules], client));
    const { redirect } = await buildPeers();
    sites.push(await edgeAsking('a bare GetItem', './wire/bare.ts', [rules, redirect], client));
    sites.push(await edgeAsking('an empty webhook', './wire/empty-webhook.ts', [], client));
    sites.push(await memory(folder));
    const gentle = sites.map((): number[] => []);
    for (const { caller } of sites) await caller.run(USER, GENTLE, 2);
    for (let round = 0; round < 5; round++) {
      for (const [i, { caller }] of sites.entries()) {
        gentle[i]?.push(...(await caller.run(USER, GENTLE, 2)).latencies);
      }
    }
    const limits: number[] = [];
    for (const { caller } of sites) limits.push(await firstFailing(caller));
    const half = Math.round((limits[1] ?? 0) / 2);
    const clean: Outcome | undefined = await sites[0]?.caller.run(USER, half, 3);
    const [own = Number.NaN, bare = Number.NaN] = gentle.map(median);
    return {
      results: [
        {
          name: 'wire-p50',
          ratio: own / bare,
          op: '<=',
          aim: 1.1,
          method: `median INVITE→302 at ${GENTLE} calls/s over that of the same edge (${client}) and gateway with a bare SDK GetItem handler, in turns`,
        },
        {
          name: 'wire-clean',
          ratio: clean ? clean.unclean / clean.calls : Number.NaN,
          op: '<=',
          aim: 0,
          method: `calls that were sent again or had no 302, at ${half} calls/s, half the rate at which the bare GetItem's calls begin to fail`,
        },
      ],
      notes: [
        ...sites.map(
          ({ name }, i) =>
            `${name}: p50 ${fixed(median(gentle[i] ?? []), 2)} ms, p99 ${fixed(quantile(gentle[i] ?? [], 0.99), 2)} ms; calls begin to fail at ${limits[i] === Number.POSITIVE_INFINITY ? `more than ${RATES.at(-1)}` : limits[i]}/s`,
        ),
        `Divert at ${half}/s: of ${clean?.calls} calls ${clean?.failed} without a 302, ${clean?.retransmissions} sent again`,
        'the caller, Kamailio, Divert (one process) and the database share the two cores',
      ],
    };
  } finally {
    for (const { caller, stop } of sites) {
      caller.close();
      await stop();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first rate at which a call gets no 302, tried from low to high. */
async function firstFailing(caller: Caller): Promise<number> {
  for (const rate of RATES) {
    if ((await caller.run(USER, rate, 2)).failed > 0) return rate;
  }
  return Number.POSITIVE_INFINITY;
}

async function edgeAsking(
  name: string,
  module: string,
  args: readonly string[],
  client: string,
): Promise<Site> {
  const webhook = fork(new URL(module, import.meta.url), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = await once(webhook, 'message');
  const edge = await Edge.start(`http://127.0.0.1:${port}`, { EDGE_CLIENT: client });
  return {
    name,
    caller: new Caller(edge.port),
    stop: async () => {
      await edge.stop();
      await end(webhook, () => webhook.disconnect());
    },
  };
}

async function memory(folder: string): Promise<Site> {
  const port = await freePort();
  const configuration = readFileSync(new URL('./wire/memory.cfg', import.meta.url), 'utf8');
  const file = join(folder, 'memory.cfg');
  writeFileSync(file, configuration.replace('PORT', String(port)));
  const kamailio = spawn(KAMAILIO, ['-f', file, '-DD', '-E', '-m', '64', '-Y', folder], {
    stdio: 'ignore',
    detached: true,
  });
  for (let attempt = 0; attempt < 50; attempt++) {
    if (await exchange(port, request('INVITE', 'sip:nobody@example.com'), 200)) break;
  }
  return {
    name: "Kamailio's own memory",
    caller: new Caller(port),
    stop: () => end(kamailio, () => kamailio.kill('SIGTERM')),
  };
}

async function end(child: ChildProcess, ask: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  ask();
  await ended;
}
