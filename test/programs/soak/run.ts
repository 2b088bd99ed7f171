/**
 * `npm run soak -- --calls N`: mixed calls against the deployed bundles, by default as many as an
 * edge with 50 calls a second has in half an hour. Fails where memory, handles or the processor time
 * of a call grow, or a call is not answered as it should.
 *
 * `-- --edge N --rate R`: N calls through Kamailio instead, R a second, while the first of two Divert URLs is
 * killed and comes back. 18,000 are half an hour's at 10 a second. Fails where one is lost or doubled, or
 * Kamailio's memory grows.
 */
import { buildIfStale } from '../../../infra/build/bundle.ts';
import { needSip } from '../../set-up/packages.ts';
import { optionsFrom } from '../options.ts';
import { edgeGrowth, type Held, soakEdge } from './edge.ts';
import { Gateway } from './gateway.ts';
import { growth, soak } from './soak.ts';

const USAGE = `npm run soak -- [options]
  --calls N   how many; default 90000
  --edge N    as many through Kamailio instead, a Divert URL being killed meanwhile
  --rate R    of these, a second; default 30`;

const { calls, edge, rate } = optionsFrom(USAGE, { calls: 90_000, edge: 0, rate: 30 });
await buildIfStale();
if (edge > 0) await throughEdge();
else await alone();

async function throughEdge(): Promise<void> {
  await needSip();
  console.log('s | calls | shm KiB | pkg KiB | transactions');
  const KiB = (bytes: number) => (bytes / 1024).toFixed(0);
  const line = ({ at, calls: so, shm, pkg, transactions }: Held) =>
    console.log([at.toFixed(0), so, KiB(shm), KiB(pkg), transactions].join(' | '));
  const result = await soakEdge(edge, rate, line);
  line(result.idle);
  const { finals, lost, doubled, undecided, kills, seconds, complaints } = result;
  console.log(JSON.stringify(finals));
  const grown = edgeGrowth(result);
  for (const text of [...grown, ...complaints.slice(0, 20)]) console.log(text);
  console.log(
    `${result.calls} calls in ${seconds.toFixed(0)} s, ${kills} kills: ${lost.length} lost, ${doubled.length} doubled, ` +
      `${undecided} answered as without Divert`,
  );
  if (lost.length + doubled.length + grown.length > 0) process.exitCode = 1;
}

async function alone(): Promise<void> {
  const gateway = await Gateway.start();
  const MiB = (bytes: number) => (bytes / (1 << 20)).toFixed(1);
  console.log('calls | heap MiB | RSS MiB | handles | p50 ms | p99 ms | CPU ms a call');
  try {
    const { samples, wrong } = await soak(gateway, calls, 24, (one) => {
      const times = [one.p50, one.p99, one.cpuEach].map((ms) => ms.toFixed(2));
      console.log([one.calls, MiB(one.heap), MiB(one.rss), one.handles, ...times].join(' | '));
    });
    for (const text of [...growth(samples), ...wrong.slice(0, 20)]) console.log(text);
    console.log(`${wrong.length} calls answered wrong`);
    if (wrong.length > 0 || growth(samples).length > 0) process.exitCode = 1;
  } finally {
    await gateway.stop();
  }
}
