import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { withTable } from '../faults/document.ts';
import { CARRIER, callsAt, capacityOf } from './model.ts';
import { printCapacity } from './print.ts';
import { DOCUMENT } from './run.ts';

test('docs/scale.md shows these results: `npm run capacity` writes it', () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  const text = printCapacity(CARRIER, capacityOf(CARRIER));
  expect(withTable(document, text, 'capacity')).toBe(document);
});

describe('the arithmetic', () => {
  const small = capacityOf({ ...CARRIER, callsPerDay: 86_400, subscribers: 1_000, peak: 1 });

  test('by hand: a call a second, a tenth of them in the busiest hour', () => {
    expect(small.decisionsPerSecond).toEqual({ mean: 1.5, busy: 3.6, peak: 3.6 });
    expect(small.instances).toBe(1);
    expect(small.table).toMatchObject({ items: 4_000, gigabytes: 0.004, partitions: 1 });
    // 86,400 calls, 1.5 decisions of 1,100 bytes each.
    expect(small.logGigabytesPerDay).toBeCloseTo(0.14256);
    const cost = Object.fromEntries(small.cost.map(({ name, dollars }) => [name, dollars]));
    // 3,888,000 decisions a month: a dollar a million requests, 0.125 a million read units, half of one each.
    expect(cost['API Gateway']).toBeCloseTo(3.888);
    expect(cost['DynamoDB, reads']).toBeCloseTo(0.243);
  });

  test('an item over 4 KB costs a unit, and partitions follow size or reads', () => {
    const large = capacityOf({ ...CARRIER, itemBytes: 5_000 });
    expect(
      large.table.readUnitsPerSecond / capacityOf(CARRIER).table.readUnitsPerSecond,
    ).toBeCloseTo(2, 2);
    expect(large.table.partitions).toBe(20);
    expect(capacityOf({ ...CARRIER, subscribers: 1, callsPerDay: 1e9 }).table.partitions).toBe(14);
  });

  test('at the calls at which a limit is met, it is needed in full, and the first comes first', () => {
    const { limits } = capacityOf(CARRIER);
    const at = limits.map((limit) => callsAt(limit, CARRIER));
    expect(at).toEqual([...at].sort((a, b) => a - b));
    const [first] = limits;
    const callsPerDay = callsAt(first as NonNullable<typeof first>, CARRIER);
    const again = capacityOf({ ...CARRIER, callsPerDay }).limits.find(
      ({ name }) => name === first?.name,
    );
    expect(again?.needed).toBeCloseTo(again?.allowed ?? 0);
  });
});
