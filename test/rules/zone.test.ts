import moment from 'moment-timezone';
import { expect, test } from 'vitest';
import { parseInstant, zoneFault } from '../../functions/rules/calendars/zone.ts';

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Apia',
];

test.each(ZONES)(
  'local times of two years in %s are the instants that another library has',
  (zone) => {
    const mismatches: string[] = [];
    for (let at = Date.UTC(2026, 0); at < Date.UTC(2028, 0); at += 30 * 60_000) {
      const local = new Date(at).toISOString().slice(0, 16);
      // moment too takes the first of two, and the offset before the gap.
      const expected = moment.tz(local, zone).valueOf();
      if (parseInstant(local, zone) !== expected) mismatches.push(local);
    }
    expect(mismatches).toEqual([]);
  },
);

test('a day that a zone skipped is read with the offset before (Pacific/Apia, 2011-12-30)', () => {
  expect(parseInstant('2011-12-30T12:00', 'Pacific/Apia')).toBe(Date.UTC(2011, 11, 30, 22));
});

const faults: [zone: string, fault: string | undefined][] = [
  ['Europe/Berlin', undefined],
  ['UTC', undefined],
  ['Asia/Calcutta', undefined],
  ['US/Eastern', undefined],
  ['+01:00', "unknown time zone '+01:00'"],
  ['Europe/Berln', "unknown time zone 'Europe/Berln', did you mean 'Europe/Berlin'?"],
  ['utc ', "unknown time zone 'utc ', did you mean 'UTC'?"],
];
test.each(faults)('%j: %s', (zone, fault) => {
  expect(zoneFault(zone)).toBe(fault);
});
