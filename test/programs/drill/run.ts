/**
 * `npm run drill`: a table is lost and put back, a region is lost and calls go on. Prints what came back
 * and how calls were decided; exits 1 where anything was lost.
 */
import { buildIfStale } from '../../../infra/build/bundle.ts';
import { needSip } from '../../set-up/packages.ts';
import { optionsFrom } from '../options.ts';
import { printDrill } from './print.ts';
import { regionLost } from './region-lost.ts';
import { tableLost } from './table-lost.ts';

const USAGE = `npm run drill -- [options]
  --seconds N   for how long calls go through Kamailio while a region is lost; default 9, 0: not at all
  --rate N      calls a second; default 20`;

const { seconds, rate } = optionsFrom(USAGE, { seconds: 9, rate: 20 });
const say = (step: string): void => console.log(`- ${step}`);
await buildIfStale();
console.log('The table is lost\n');
const drill = await tableLost(say);
console.log(`\n${printDrill(drill)}\n`);
const lost = drill.kept.filter(({ before, back }) => back < before);
const wrong = drill.calls.filter(({ before, after }) => before !== after);
if (lost.length + wrong.length > 0) process.exitCode = 1;
if (seconds > 0) {
  await needSip();
  console.log('A region is lost\n');
  const { calls, diverted, longest, said } = await regionLost(rate, seconds, say);
  console.log(
    `\n${diverted} of ${calls} calls got their 302, the slowest in ${longest.toFixed(0)} ms; the edge said: ${said}`,
  );
  if (diverted < calls) process.exitCode = 1;
}
