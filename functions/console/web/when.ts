import { dayAfter, type Wall, wallAt } from './zone.ts';

/** A time until which people mostly forward. */
export interface Choice {
  /** Of its text. */
  readonly name: 'hour' | 'today' | 'tomorrow' | 'monday';
  readonly wall: Wall;
}

const HOUR_MS = 3_600_000;
const END_OF_WORK = 17 * 60;
const START_OF_WORK = 8 * 60;

/** Those that make sense now, the nearest first. */
export function choices(now: number, zone: string): Choice[] {
  const today = wallAt(now, zone);
  const hour = wallAt(now + HOUR_MS, zone);
  const weekday = new Date(`${today.date}T00:00:00Z`).getUTCDay();
  const toMonday = (8 - weekday) % 7 || 7;
  return [
    { name: 'hour', wall: hour },
    ...(today.minutes < END_OF_WORK - 60
      ? [{ name: 'today' as const, wall: { date: today.date, minutes: END_OF_WORK } }]
      : []),
    { name: 'tomorrow', wall: { date: dayAfter(today.date, 1), minutes: START_OF_WORK } },
    ...(toMonday > 1
      ? [
          {
            name: 'monday' as const,
            wall: { date: dayAfter(today.date, toMonday), minutes: START_OF_WORK },
          },
        ]
      : []),
  ];
}
