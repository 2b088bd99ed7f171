/**
 * `npm run capacity`: what a system of so many calls and subscribers needs of AWS, which limit it meets
 * first, and what it costs, by arithmetic. Without options it writes docs/scale.md's tables.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { withTable } from '../faults/document.ts';
import { optionsFrom } from '../options.ts';
import { CARRIER, capacityOf, type Load } from './model.ts';
import { printCapacity } from './print.ts';

/** Where the tables stand. */
export const DOCUMENT = new URL('../../../docs/scale.md', import.meta.url);

const USAGE = `npm run capacity -- [options]
  --calls N           a day; default ${CARRIER.callsPerDay}
  --subscribers N     default ${CARRIER.subscribers}
  --names N           of each, the user's own included; default ${CARRIER.names}
  --busy-hour PERCENT of a day's calls; default ${CARRIER.busyHour * 100}
  --peak PERCENT      the busiest second of the mean of that hour; default ${CARRIER.peak * 100}
  --questions PERCENT decisions of calls; default ${CARRIER.decisionsPerCall * 100}
  --ms N              of an execution; default ${CARRIER.milliseconds}
  --memory MB         default ${CARRIER.memoryGigabytes * 1024}
  --item BYTES        of a subscriber; default ${CARRIER.itemBytes}
  --line BYTES        of the log; default ${CARRIER.logBytes}
  --log-days N        default ${CARRIER.logDays}`;

if (import.meta.main) {
  const given = optionsFrom(USAGE, {
    calls: CARRIER.callsPerDay,
    subscribers: CARRIER.subscribers,
    names: CARRIER.names,
    'busy-hour': CARRIER.busyHour * 100,
    peak: CARRIER.peak * 100,
    questions: CARRIER.decisionsPerCall * 100,
    ms: CARRIER.milliseconds,
    memory: CARRIER.memoryGigabytes * 1024,
    item: CARRIER.itemBytes,
    line: CARRIER.logBytes,
    'log-days': CARRIER.logDays,
  });
  const load: Load = {
    callsPerDay: given.calls,
    subscribers: given.subscribers,
    names: given.names,
    busyHour: given['busy-hour'] / 100,
    peak: given.peak / 100,
    decisionsPerCall: given.questions / 100,
    milliseconds: given.ms,
    memoryGigabytes: given.memory / 1024,
    itemBytes: given.item,
    logBytes: given.line,
    logDays: given['log-days'],
  };
  const text = printCapacity(load, capacityOf(load));
  console.log(text);
  if (process.argv.length === 2) {
    writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), text, 'capacity'));
  }
}
