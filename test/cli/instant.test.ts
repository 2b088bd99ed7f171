import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readInstant } from '../../infra/cli/instant.ts';

/** Times as people type them, in the zone of the machine. */

afterEach(() => {
  vi.unstubAllEnvs();
});
const within = (zone: string) => vi.stubEnv('TZ', zone);
/** A Saturday, 13:00 in Berlin. */
const NOW = new Date('2026-11-28T12:00:00Z');

describe('an instant', () => {
  test.each([
    ['2026-12-01T17:00:00Z', 'any', '2026-12-01T17:00:00Z'],
    ['2026-12-01t17:00:00+05:30', 'any', '2026-12-01T11:30:00Z'],
    ['2026-12-01 17:00', 'any', '2026-12-01T16:00:00Z'],
    ['2026-12-01 9:00', 'any', '2026-12-01T08:00:00Z'],
    ['2026-07-01', 'any', '2026-06-30T22:00:00Z'],
    ['17:00', 'any', '2026-11-28T16:00:00Z'],
    ['yesterday 17:30', 'past', '2026-11-27T16:30:00Z'],
    ['tomorrow 9:00', 'future', '2026-11-29T08:00:00Z'],
    ['monday 8:00', 'future', '2026-11-30T07:00:00Z'],
    ['monday 8:00', 'past', '2026-11-23T07:00:00Z'],
    ['friday 8:00', 'future', '2026-12-04T07:00:00Z'],
    ['friday 8:00', 'past', '2026-11-27T07:00:00Z'],
    // The nearest.
    ['friday 8:00', 'any', '2026-11-27T07:00:00Z'],
    ['tuesday 8:00', 'any', '2026-12-01T07:00:00Z'],
    ['9:00', 'future', '2026-11-29T08:00:00Z'],
    ['2h ago', 'past', '2026-11-28T10:00:00Z'],
    ['30 minutes ago', 'past', '2026-11-28T11:30:00Z'],
    ['1d ago', 'past', '2026-11-27T12:00:00Z'],
    ['in 2h', 'future', '2026-11-28T14:00:00Z'],
  ] as const)('%s, %s', (text, direction, expected) => {
    within('Europe/Berlin');
    expect(readInstant(text, direction, NOW)).toBe(Date.parse(expected));
  });

  test.each([
    ...['', '9', 'may', 'monday', 'yesterday', '25:00', '17:61', '2026-02-30 10:00', '2026-13-01'],
    ...['2026-12-01 25:00', '03/04/2026 10:00', '1.12.2026 17:00', 'call me tomorrow 9:00'],
    ...['2026-12-01T17:00:00+25:00', '9:00 to 17:00', 'in 2h ago', 'soon', '2h'],
  ])("'%s' is unclear, and what to write is said", (text) => {
    within('Europe/Berlin');
    expect(() => readInstant(text, 'any', NOW)).toThrow(/^Give a time, like 2026-12-01T16:30/);
  });

  test('that is yet to come has not been', () => {
    within('Europe/Berlin');
    expect(() => readInstant('17:00', 'past', NOW)).toThrow(/yet to come/);
  });

  test.each([
    ['Europe/Berlin', '2026-03-29 02:30', 'forward'],
    ['Europe/Berlin', '2026-10-25 02:30', 'back'],
    ['America/New_York', '2026-03-08 02:30', 'forward'],
    ['America/New_York', '2026-11-01 01:30', 'back'],
    ['Australia/Lord_Howe', '2026-10-04 02:15', 'forward'],
    ['Australia/Lord_Howe', '2026-04-05 01:45', 'back'],
  ])('in %s at %s, when clocks are put %s, is not guessed', (zone, text, how) => {
    within(zone);
    expect(() => readInstant(text, 'any', NOW)).toThrow(`put ${how} over that time in ${zone}`);
  });

  test.each(['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'])(
    'in %s is the one that its clocks show, or refused',
    (zone) => {
      within(zone);
      const format = new Intl.DateTimeFormat('sv-SE', {
        ...{ timeZone: zone, dateStyle: 'short', timeStyle: 'short' },
      });
      const minutes = fc.integer({
        min: Date.UTC(2026, 0) / 60_000,
        max: Date.UTC(2028, 0) / 60_000,
      });
      let refused = 0;
      fc.assert(
        fc.property(minutes, (minute) => {
          const text = format.format(minute * 60_000);
          try {
            expect(readInstant(text, 'any', NOW)).toBe(minute * 60_000);
          } catch (error) {
            if (!/put back over/.test(String(error))) throw error;
            refused++;
          }
        }),
      );
      expect(refused).toBeLessThan(10);
    },
  );
});
