import { wallMinutes } from '../decide/wall-clock.ts';

const MINUTE = 60_000;

/**
 * An instant on a zone's wall clock, RFC 3339 with its offset: `2026-12-24T18:00:00+01:00`.
 *
 * @param at milliseconds since the epoch
 * @param zone IANA
 */
export function localTime(at: number, zone: string): string {
  const offset = wallMinutes(at, zone) - Math.floor(at / MINUTE);
  const wall = new Date(at + offset * MINUTE).toISOString().slice(0, 19);
  const ahead = Math.abs(offset);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}
