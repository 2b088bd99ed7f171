import type { Policy, Window } from '../decide/model.ts';
import { calendarCovers } from '../decide/schedule.ts';
import type { ConditionSeen, RuleSeen } from '../decide/trace.ts';
import { wallMinutes } from '../decide/wall-clock.ts';
import { compileCalendar } from '../rules/calendars/calendar.ts';
import { eventsAt } from '../rules/calendars/ics.ts';
import type { CalendarSource } from '../rules/schema/document.ts';

/** What calendars were written as: the policy's document, and the .ics files that it names. */
export interface CalendarSources {
  readonly source: unknown;
  readonly calendars: Readonly<Record<string, string>>;
  /** What was fetched, by its address. */
  readonly fetched?: Readonly<Record<string, string>>;
}

const DAY = 1440;
const SILENT = () => {};

/** Whether a rule that was looked at asks for a schedule with a calendar. */
export function asksCalendars(considered: readonly RuleSeen[], policy: Policy): boolean {
  return considered.some(({ conditions }) =>
    conditions.some((condition) => calendarsOf(condition, policy).length > 0),
  );
}

/**
 * The same rules, each schedule with the entries of its calendars that hold now: `holidays: New
 * Year's Eve`, by the name of the event where the calendar is a file.
 */
export function withEvents(
  considered: readonly RuleSeen[],
  policy: Policy,
  sources: CalendarSources,
  at: number,
  zone: string,
): RuleSeen[] {
  const known = new Map<string, string[]>();
  const entries = (calendar: string, day: number, wall: number): string[] => {
    const key = `${calendar} ${day}`;
    const found = known.get(key) ?? holding(calendar, sources, day, wall, at);
    known.set(key, found);
    return found;
  };
  const wall = wallMinutes(at, zone);
  const today = Math.floor(wall / DAY);
  return considered.map((rule) => ({
    ...rule,
    conditions: rule.conditions.map((condition) => {
      const because = calendarsOf(condition, policy).flatMap(({ calendar, window }) => {
        // A window over midnight belongs to the day on which it starts.
        const over = window.hours.some(([, end]) => wall - today * DAY < end - DAY);
        const names = entries(calendar, over ? today - 1 : today, wall);
        return names.map((name) => `${calendar}: ${name}`);
      });
      return because.length > 0 ? { ...condition, because: [...new Set(because)] } : condition;
    }),
  }));
}

function calendarsOf({ condition, value }: ConditionSeen, policy: Policy) {
  if (condition !== 'schedule') return [];
  const schedule = policy.schedules[String(value).replace(/^not /, '')];
  if (schedule === undefined) return [];
  const windows: readonly Window[] = 'days' in schedule ? [schedule] : schedule;
  return windows.flatMap((window) =>
    [...(window.on ?? []), ...(window.except ?? [])].map((calendar) => ({ calendar, window })),
  );
}

/** The entries of a calendar that cover a moment, as people know them. */
function holding(
  name: string,
  { source, calendars, fetched = {} }: CalendarSources,
  day: number,
  wall: number,
  at: number,
): string[] {
  const written = (source as { calendars?: Record<string, CalendarSource> } | null)?.calendars?.[
    name
  ];
  if (typeof written === 'object' && 'url' in written) {
    return eventsAt(fetched[written.url] ?? '', at, wall, day);
  }
  const entries = written === undefined ? [] : [written].flat();
  return entries.flatMap((entry) => {
    if (entry.endsWith('.ics')) return eventsAt(calendars[entry] ?? '', at, wall, day);
    const context = { now: at, calendars, report: SILENT, warn: SILENT, note: SILENT };
    return calendarCovers(compileCalendar(entry, '', context), day, wall, at) ? [entry] : [];
  });
}
