import { dayNumber, instantIn } from './zone.ts';

/** How a wall clock and UTC go together. */
export interface Clock {
  /** Milliseconds since the epoch, of seconds since 1970-01-01T00:00 on the clock. */
  readonly instantOf: (wall: number) => number;
  /** The reverse. */
  readonly wallOf: (at: number) => number;
}

export const UTC: Clock = { instantOf: (wall) => wall * 1000, wallOf: (at) => at / 1000 };

/** The clock of a zone that is so many minutes ahead of UTC at an instant (milliseconds). */
export function clockOf(offsetAt: (at: number) => number): Clock {
  return {
    instantOf: (wall) => {
      const minute = Math.floor(wall / 60);
      return instantIn(minute, offsetAt) + (wall - minute * 60) * 1000;
    },
    wallOf: (at) => at / 1000 + offsetAt(at) * 60,
  };
}

/** A DATE or DATE-TIME value (RFC 5545 §3.3.4, §3.3.5). */
export interface IcalTime {
  /** Seconds since 1970-01-01T00:00 on its clock; of a date its midnight. */
  readonly wall: number;
  readonly isDate: boolean;
  /** Absent: whatever clock the reader has (a date, or form 1 of §3.3.5). */
  readonly clock?: Clock;
}

/** Reads a DATE or DATE-TIME, whichever it is written as; undefined where it is none. */
export function parseTime(value: string, clock: Clock | undefined): IcalTime | undefined {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2}))?(Z)?)?$/i.exec(
    value.trim(),
  );
  if (found === null) return undefined;
  const [, year, month, date, hour, minute = '', second = '00', utc] = found;
  const day = dayNumber(`${year}-${month}-${date}`);
  if (day === undefined) return undefined;
  if (hour === undefined) return { wall: day * 86_400, isDate: true };
  // Midnight at the end of a day is none of the standard's, but some programs write it.
  const isEndOfDay = +hour === 24 && +minute === 0 && +second === 0;
  if ((+hour > 23 && !isEndOfDay) || +minute > 59 || +second > 60) return undefined;
  const wall = day * 86_400 + +hour * 3600 + +minute * 60 + Math.min(+second, 59);
  const its = utc ? UTC : clock;
  return { wall, isDate: false, ...(its && { clock: its }) };
}

/** A DURATION (§3.3.6): days are those of the clock, seconds pass. */
export interface Duration {
  readonly days: number;
  readonly seconds: number;
}

/** Undefined where it is none. */
export function parseDuration(value: string): Duration | undefined {
  const found =
    /^([+-])?P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(
      value.trim(),
    );
  if (found === null) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(2)
    .map((part) => Number(part ?? 0));
  const sign = found[1] === '-' ? -1 : 1;
  return {
    days: sign * (7 * weeks + days),
    seconds: sign * (3600 * hours + 60 * minutes + seconds),
  };
}

/**
 * What a value says on the clock of an event and in its kind: an event of days takes the date as
 * it is written; one of times takes a date for its midnight, and a time without zone for its own.
 */
export function wallAs(event: IcalTime, value: IcalTime): number {
  if (event.isDate) return Math.floor(value.wall / 86_400) * 86_400;
  if (!value.clock || !event.clock || value.clock === event.clock) return value.wall;
  return event.clock.wallOf(value.clock.instantOf(value.wall));
}

/** Where a time is an instant: milliseconds since the epoch. */
export function instantOfTime({ wall, clock }: IcalTime): number {
  return (clock ?? UTC).instantOf(wall);
}
