/**
 * `npm run fuzz -- --requests N [--seed N]`: requests that are wrong in some part, and raw bytes,
 * over every route of the local server. Fails on a 5xx, on a request that is not answered, on an answer
 * of which a gateway would dial what is not allowed, and where the server's memory grows. The seed that is
 * printed sends the same requests again; a run that was cut off goes on with the seed of its next batch,
 * which is printed with each.
 */
import { buildIfStale } from '../../../infra/build/bundle.ts';
import { optionsFrom } from '../options.ts';
import { Gateway } from '../soak/gateway.ts';
import { fuzz } from './fuzz.ts';

const USAGE = `npm run fuzz -- [options]
  --requests N   how many; default 5000
  --seed N       sends the same ones again; default: any`;

const { requests, seed } = optionsFrom(USAGE, {
  requests: 5_000,
  seed: Date.now() % 1_000_000_000,
});
/** What caches may take. */
const ROOM = 24 << 20;

await buildIfStale();
const gateway = await Gateway.start({ DIVERT_DEADLINE_MS: '30000' });
try {
  console.log(`seed ${seed}`);
  const { statuses, faults, dialled, heap } = await fuzz(gateway, requests, seed, (sent, bytes) => {
    const size = (bytes / (1 << 20)).toFixed(1);
    console.log(`${sent} requests, heap ${size} MiB; --seed ${seed + sent} goes on from here`);
  });
  console.log(JSON.stringify(statuses));
  console.log(`${dialled} places to call, each judged by what a gateway would dial of it`);
  for (const fault of faults.slice(0, 20)) console.log(fault);
  const grown = heap[1] > heap[0] + ROOM;
  console.log(`${faults.length} not answered as they should be${grown ? '; memory grew' : ''}`);
  if (faults.length > 0 || grown) process.exitCode = 1;
} finally {
  await gateway.stop();
}
