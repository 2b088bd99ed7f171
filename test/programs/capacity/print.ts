import { type Capacity, callsAt, type Load } from './model.ts';

/** Whole, in groups of three. */
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
/** Two digits that say something. */
const short = (value: number): string => whole(Number(value.toPrecision(2)));

const table = (rows: readonly (readonly string[])[]): string =>
  [rows[0] ?? [], (rows[0] ?? []).map(() => '---'), ...rows.slice(1)]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

/** What was put in, what comes out, which limit comes first, and the bill: tables in Markdown. */
export function printCapacity(load: Load, capacity: Capacity): string {
  const { decisionsPerSecond: decisions, table: stored, limits, cost } = capacity;
  const total = cost.reduce((sum, { dollars }) => sum + dollars, 0);
  const calls = load.callsPerDay * 30;
  return [
    table([
      ['given', ''],
      ['calls a day', whole(load.callsPerDay)],
      ['subscribers, names of each', `${whole(load.subscribers)}, ${load.names}`],
      ["the busiest hour's share of a day's calls", `${load.busyHour * 100} %`],
      ['the busiest second over the mean of that hour', String(load.peak)],
      ['decisions a call', String(load.decisionsPerCall)],
      ['an execution', `${load.milliseconds} ms of ${load.memoryGigabytes * 1024} MB`],
      [
        "a subscriber's item, a log line",
        `${whole(load.itemBytes)}, ${whole(load.logBytes)} bytes`,
      ],
    ]),
    table([
      ['that is', ''],
      [
        'decisions a second: mean, busiest hour, busiest second',
        `${short(decisions.mean)}, ${short(decisions.busy)}, ${short(decisions.peak)}`,
      ],
      ['instances at once', whole(capacity.instances)],
      ['read units a second', short(stored.readUnitsPerSecond)],
      ['items, gigabytes', `${whole(stored.items)}, ${short(stored.gigabytes)}`],
      ['partitions of the table, at least', whole(stored.partitions)],
      ['gigabytes of log lines a day', short(capacity.logGigabytesPerDay)],
    ]),
    table([
      ['limit, the first to be met first', 'allowed', 'needed', 'met at calls a day', 'above it'],
      ...limits.map((limit) => [
        limit.name,
        whole(limit.allowed),
        short(limit.needed),
        short(callsAt(limit, load)),
        limit.above,
      ]),
    ]),
    table([
      ['US dollars a month', '', 'share'],
      ...cost.map(({ name, dollars }) => [
        name,
        whole(dollars),
        `${Math.round((100 * dollars) / total)} %`,
      ]),
      ['together', whole(total), `${((1e6 * total) / calls).toFixed(2)} a million calls`],
    ]),
  ].join('\n\n');
}
