/**
 * `npm run soak -- --calls N`: mixed calls against the deployed bundles, by default as many as an
 * edge with 50 calls a second has in half an hour. Fails where memory, handles or the processor time
 * of a call grow, or a call is not answered as it should.
 */
import { buildIfStale } from '../../../infra/build/bundle.ts';
import { optionsFrom } from '../options.ts';
import { Gateway } from './gateway.ts';
import { growth, soak } from './soak.ts';

const USAGE = `npm run soak -- [options]
  --calls N   how many; default 90000`;

const { calls } = optionsFrom(USAGE, { calls: 90_000 });
await buildIfStale();
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
