import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scheduleHolds } from '../../functions/decide/schedule.ts';
import { missedIn } from '../../functions/explain/schedule-missed.ts';
import { loadSound } from '../rules/load.ts';

const { policy } = loadSound(`domain: example.com
calendars: { holidays: ["12-25"], fairs: [2026-11-23..2026-11-27], far: [2030-01-01] }
schedules:
  office: { days: mon-fri, hours: "08:00-18:00", except: holidays }
  split: [{ days: mon-thu, hours: "08:00-18:00" }, { days: [fri, sun], hours: ["08:00-12:00", "13:00-14:00"] }]
  night: { days: fri, hours: "22:00-06:00" }
  fair: { on: [fairs, far] }
  never: { days: sat, hours: "00:00-24:00", on: far, except: [holidays, fairs] }
subscribers: { bob: {} }`);

const of = (name: string, at: string) => {
  const schedule = policy.schedules[name];
  if (schedule === undefined) throw new Error(name);
  const moment = { at: Date.parse(at), zone: 'Europe/Berlin' };
  return missedIn(schedule, policy.calendars, moment).map((parts) =>
    parts.map(({ part, value }) => `${part} ${value}`),
  );
};

/** docs/semantics.md#schedule; 2026-11-27 is a Friday. */
test.each<[name: string, at: string, missed: string[][]]>([
  ['office', '2026-11-27T12:00:00+01:00', [[]]],
  ['office', '2026-11-27T19:12:00+01:00', [['hours 08:00-18:00']]],
  ['office', '2026-11-28T12:00:00+01:00', [['days mon-fri']]],
  ['office', '2026-11-28T19:00:00+01:00', [['days mon-fri', 'hours 08:00-18:00']]],
  ['office', '2026-12-25T12:00:00+01:00', [['except holidays']]],
  ['split', '2026-11-27T12:30:00+01:00', [['days mon-thu'], ['hours 08:00-12:00, 13:00-14:00']]],
  ['split', '2026-11-28T13:30:00+01:00', [['days mon-thu'], ['days fri, sun']]],
  ['night', '2026-11-28T05:00:00+01:00', [[]]],
  ['night', '2026-11-27T05:00:00+01:00', [['days fri']]],
  ['night', '2026-11-28T06:00:00+01:00', [['days fri', 'hours 22:00-06:00']]],
  ['fair', '2026-11-27T05:00:00+01:00', [[]]],
  ['fair', '2026-11-28T05:00:00+01:00', [['on fairs, far']]],
  ['never', '2026-11-27T05:00:00+01:00', [['days sat', 'on far', 'except fairs']]],
])('%s at %s: %j', (name, at, missed) => {
  expect(of(name, at)).toEqual(missed);
});

test('a schedule holds exactly where one of its windows misses nothing', () => {
  const start = Date.UTC(2026, 10, 1);
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(policy.schedules)),
      fc.integer({ min: 0, max: 70 * 1440 }),
      (name, minutes) => {
        const at = start + minutes * 60_000;
        const held = of(name, new Date(at).toISOString()).some((parts) => parts.length === 0);
        const schedule = policy.schedules[name] ?? [];
        const moment = { at, zone: 'Europe/Berlin' };
        expect(held).toBe(scheduleHolds(schedule, policy.calendars, moment));
      },
    ),
  );
});
