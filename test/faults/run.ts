/**
 * `npm run faults`: does to the database's answers whatever can be done, and shows what becomes of
 * calls. Writes the table into docs/faults.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { buildIfStale } from '../../infra/build.ts';
import { DOCUMENT, withTable } from './document.ts';
import { DEADLINE_MS } from './faults.ts';
import { FaultBench, printTable } from './table.ts';

await buildIfStale();
const bench = await FaultBench.start();
try {
  const rows = await bench.rows();
  const table = printTable(rows);
  console.log(table);
  const all = rows.flatMap(({ cold, warm, after }) => [...Object.values(cold), warm, after]);
  const longest = Math.max(...all.map(({ milliseconds }) => milliseconds));
  console.log(
    `\n${all.length} calls, the deadline is ${DEADLINE_MS} ms, the longest took ${longest.toFixed(0)} ms`,
  );
  writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), table));
} finally {
  await bench.stop();
}
