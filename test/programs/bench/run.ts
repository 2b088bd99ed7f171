/**
 * `npm run bench [-- --json FILE] [--chart FILE] [--only decide,handler,…]`: measures Divert as
 * ratios against named floors and peers, each pair in turns in the same run, and prints a table.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { build } from '../../../infra/build/bundle.ts';
import { optionsFrom } from '../options.ts';
import { chart } from './chart.ts';
import { benchDecide } from './decide.ts';
import { benchHandler } from './handler.ts';
import { benchLambda } from './lambda.ts';
import { fixed, isMet, type Part, type Result } from './result.ts';
import { benchScale } from './scale.ts';
import { benchWire } from './wire.ts';

const PARTS: Record<string, () => Promise<Part>> = {
  decide: benchDecide,
  handler: benchHandler,
  lambda: benchLambda,
  wire: benchWire,
  scale: benchScale,
};

const USAGE = `npm run bench -- [options]
  --json FILE    writes the ratios as JSON
  --chart FILE   draws each ratio against its aim, as SVG: docs/bench.svg
  --only PARTS   of ${Object.keys(PARTS).join(',')}; default: all`;

const values = optionsFrom(USAGE, {}, ['json', 'chart', 'only']);
const chosen = values.only?.split(',') ?? Object.keys(PARTS);
const unknown = chosen.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`no part called ${unknown.join(', ')}: there are ${Object.keys(PARTS).join(', ')}`);
  process.exit(1);
}

await build();
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
console.log(`${machine}\n`);
const results: Result[] = [];
for (const name of chosen) {
  const part = await PARTS[name]?.();
  if (part === undefined) continue;
  results.push(...part.results);
  for (const result of part.results) {
    const { ratio, op, aim, method } = result;
    const verdict = isMet(result) ? 'met   ' : 'MISSED';
    console.log(
      `${verdict} ${result.name.padEnd(28)} ${fixed(ratio).padStart(8)} ${op} ${aim}  ${method}`,
    );
  }
  for (const note of part.notes) console.log(`       ${note}`);
  console.log();
}
if (values.json !== undefined) {
  const rows = results.map((result) => {
    const { name, ratio, op, aim } = result;
    return { name, ratio, op, aim, met: isMet(result) };
  });
  writeFileSync(values.json, `${JSON.stringify({ results: rows }, null, 2)}\n`);
}
if (values.chart !== undefined) writeFileSync(values.chart, chart(results, machine));
