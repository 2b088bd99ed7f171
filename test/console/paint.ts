/**
 * `node test/console/paint.ts`: how long the console's first page takes to be seen, nothing cached, on
 * this machine and as on a slow phone (1.6 Mbit/s, 150 ms, a quarter of the processor).
 */
import type { Page } from 'playwright-core';
import { openWorld } from './world.ts';

const SLOW = {
  offline: false,
  latency: 150,
  downloadThroughput: 200_000,
  uploadThroughput: 90_000,
};
const TIMES = 5;

const world = await openWorld(['infra/rules/example.com.yaml']);
try {
  const { context } = await world.visit('bob');
  for (const slow of [false, true]) {
    const paints: number[] = [];
    for (let i = 0; i < TIMES; i++) paints.push(await firstPaint(await context.newPage(), slow));
    const median = paints.sort((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
    console.log(`${slow ? 'slow phone' : 'this machine'}: ${Math.round(median)} ms`);
  }
} finally {
  await world.stop();
}

/** Milliseconds from the request of the page to its first contentful paint. */
async function firstPaint(page: Page, slow: boolean): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (slow) {
    await session.send('Network.emulateNetworkConditions', SLOW);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  }
  await page.goto(world.local.console ?? '');
  await page.locator('h1').waitFor();
  const painted = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime';
  const handle = await page.waitForFunction(painted);
  const time = (await handle.jsonValue()) as number;
  await page.close();
  return time;
}
