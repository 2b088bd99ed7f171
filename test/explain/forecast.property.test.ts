import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { TRIGGERS, type Trigger } from '../../functions/decide/model.ts';
import {
  askerOf,
  forecast,
  MOST_SEGMENTS,
  type Outlook,
  type Segment,
} from '../../functions/explain/forecast.ts';
import { forwardedAt } from '../../functions/explain/forwarded.ts';
import { loadSound } from '../rules/load.ts';

/** docs/semantics.md#forecast: the segments are what is decided at each of their instants. */

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function outlookOf(text: string): Outlook {
  const { policy, subscribers } = loadSound(text);
  const bob = subscribers.find(({ user }) => user === 'bob');
  if (!bob) throw new Error('there is no bob');
  return {
    policy: { ...policy, version: 1 },
    subscriber: { ...bob, version: 1, phone: [] },
    peer: undefined,
    switches: [],
  };
}

/** A minute of the day on which everything may change: a multiple of five. */
const minute = fc.integer({ min: 0, max: 287 }).map((five) => 5 * five);
const schedule = fc
  .tuple(fc.constantFrom('mon-sun', 'sat-sun', 'mon-fri', 'sun'), minute, minute)
  .filter(([, begin, end]) => begin !== end)
  .map(([days, begin, end]) => `{ days: ${days}, hours: "${clock(begin)}-${clock(end)}" }`);
const rule = fc
  .tuple(
    fc.constantFrom('always', 'busy', '[always, no-answer]'),
    fc.constantFrom('s0', 'not s0', 's1', '[s1, not s2]', '[s0, s2]'),
    fc.constantFrom('forward: carol', 'reject: 480', 'continue: true'),
  )
  .map(([when, schedule, does]) => `{ when: ${when}, schedule: ${schedule}, ${does} }`);
/** Zones that turn their clocks by an hour or half of one, at midnight, backwards, or never. */
const place = fc.constantFrom(
  ['Europe/Berlin', '2026-10-24'],
  ['Europe/London', '2027-03-27'],
  ['America/New_York', '2026-10-31'],
  ['America/Santiago', '2027-04-02'],
  ['Australia/Lord_Howe', '2027-04-02'],
  ['Asia/Kathmandu', '2026-10-24'],
  ['Pacific/Apia', '2026-10-24'],
);

test('at every instant the forecast says what would be decided', () => {
  fc.assert(
    fc.property(
      place,
      fc.tuple(schedule, schedule, schedule),
      fc.array(rule, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 287 }),
      ([zone = '', day = ''], schedules, rules, start) => {
        const outlook = outlookOf(`domain: x.example
timezone: ${zone}
schedules: { ${schedules.map((one, i) => `s${i}: ${one}`).join(', ')} }
subscribers:
  carol: {}
  bob: { rules: [${rules.join(', ')}] }
`);
        const from = Date.parse(`${day}T00:00:00Z`) + start * 5 * MINUTE;
        const to = from + 2 * DAY;
        const segments = forecast(outlook, from, to);
        for (const trigger of TRIGGERS) {
          const own = segments.filter((segment) => segment.trigger === trigger);
          expect(own[0]?.from).toBe(new Date(from).toISOString());
          expect(own.at(-1)?.to).toBe(new Date(to).toISOString());
          const ask = askerOf(outlook, trigger);
          for (let at = from, i = 0; at < to; at += 5 * MINUTE) {
            while (Date.parse(own[i]?.to ?? '') <= at) i += 1;
            expect(fateOf(own[i])).toEqual(ask(at));
          }
        }
      },
    ),
    { numRuns: 8 },
  );
});

function fateOf(segment: Segment | undefined): object {
  if (!segment) throw new Error('no segment');
  const { trigger: _, from: __, to: ___, ...fate } = segment;
  return fate;
}

/** As much as a policy and a subscriber may hold: 350 schedules, a rule of one's own for most. */
function crowded(): Outlook {
  const schedules = Array.from(
    { length: 350 },
    (_, i) => `  s${i}: { days: mon-fri, hours: "${clock(i)}-${clock(1439 - i)}" }`,
  );
  const rules = Array.from(
    { length: 250 },
    (_, i) =>
      `      - { when: [always, busy, no-answer], schedule: [s${i}, not s${(i * 7 + 1) % 350}], forward: carol }`,
  );
  return outlookOf(`domain: x.example
timezone: Europe/Berlin
schedules:
${schedules.join('\n')}
subscribers:
  carol: {}
  bob:
    rules:
${rules.join('\n')}
`);
}

describe('of a crowded policy', () => {
  const outlook = crowded();
  const from = Date.UTC(2026, 10, 28, 20);
  /** How often the zone's clock is asked, which is what costs. */
  const asked = (work: () => void): number => {
    const spy = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    work();
    const { length } = spy.mock.calls;
    spy.mockRestore();
    return length;
  };

  test('who is forwarded now is one decision', () => {
    expect(asked(() => forwardedAt(outlook, from))).toBeLessThanOrEqual(2);
    // Five in the morning in Berlin: some schedules have begun, others not.
    const monday = Date.UTC(2026, 10, 30, 4);
    expect(forwardedAt(outlook, monday)).toMatchObject({ targets: ['carol'], phone: [] });
  });

  test('a forecast is as long as it may be, and stops there', () => {
    let segments: Segment[] = [];
    const times = asked(() => {
      segments = forecast(outlook, from, from + 14 * DAY);
    });
    expect(segments).toHaveLength(MOST_SEGMENTS);
    // What follows a trigger that fills it is not asked.
    const triggers = new Set<Trigger>(segments.map(({ trigger }) => trigger));
    expect(triggers.size).toBeLessThan(TRIGGERS.length);
    // A quarter of an hour is asked for once for each trigger, the days' clocks beside.
    expect(times).toBeLessThanOrEqual(triggers.size * 14 * 96 + 100);
  });
});
