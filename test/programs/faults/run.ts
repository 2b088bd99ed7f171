/**
 * `npm run faults`: does to the database's answers whatever can be done, and shows what becomes of
 * calls; the table goes into docs/faults.md. Then kills Divert and the database while calls go
 * through Kamailio: `-- --seconds N` says for how long, 0 not at all; `--rate N` calls a second.
 * `--throttle 50/50`: nothing is killed, but no more requests a second and at once let through.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { buildIfStale } from '../../../infra/build/bundle.ts';
import { needSip } from '../../set-up/packages.ts';
import { optionsFrom } from '../options.ts';
import { runChain } from './chain.ts';
import { DOCUMENT, withTable } from './document.ts';
import { DEADLINE_MS } from './faults.ts';
import { FaultBench, printTable } from './table.ts';

const USAGE = `npm run faults -- [options]
  --seconds N       how long calls go through Kamailio; default 30, 0: not at all
  --rate N          calls a second; default 50
  --throttle R/B    instead of killing anything, lets R requests a second through, B at once`;

const { seconds, rate, throttle } = optionsFrom(USAGE, { seconds: 30, rate: 50 }, ['throttle']);
await buildIfStale();
await showTable();
if (seconds > 0) await showChain();

async function showTable(): Promise<void> {
  const bench = await FaultBench.start();
  try {
    const rows = await bench.rows();
    const table = printTable(rows);
    const all = rows.flatMap(({ cold, warm, after }) => [...Object.values(cold), warm, after]);
    const longest = Math.max(...all.map(({ milliseconds }) => milliseconds));
    const deadline = `the deadline is ${DEADLINE_MS} ms, the longest took ${longest.toFixed(0)} ms`;
    console.log(`${table}\n\n${all.length} calls; ${deadline}\n`);
    writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), table));
  } finally {
    await bench.stop();
  }
}

async function showChain(): Promise<void> {
  await needSip();
  const adversity = throttle === undefined ? 'kills' : { throttle };
  const { lost, doubled, ...result } = await runChain(seconds, rate, adversity);
  console.log(JSON.stringify(result));
  console.log(`lost: ${lost.length}, doubled: ${doubled.length}`);
  if (lost.length + doubled.length > 0 || !result.recovered) process.exitCode = 1;
}
