import type { Trigger } from '../../decide/model.ts';
import { nearest } from './fault.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAYS_IN_FULL = [
  ...['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  ...DAYS,
];
const DASH = /-|–|\.\.|\bto\b/;

/** Days that a text stands for which is almost right: `mon-fri` for `Mon-Fry` or `Monday to Friday`. */
export function meantDays(text: string): string | undefined {
  const days = text.toLowerCase().split(DASH, 3).map(meantDay);
  return days.length <= 2 && !days.includes(undefined) ? days.join('-') : undefined;
}

function meantDay(text: string): string | undefined {
  const word = text.trim();
  if (!/^\p{L}+$/u.test(word)) return undefined;
  const known = DAYS.find((day) => word.startsWith(day));
  return known ?? nearest(word, DAYS_IN_FULL)?.slice(0, 3);
}

/** Hours that a text stands for which is almost right: `08:00-18:00` for `8-18` or `8.00 - 18.00`. */
export function meantHours(text: string): string | undefined {
  const ends = text.split(DASH, 3).map(meantClock);
  return ends.length === 2 && !ends.includes(undefined) ? ends.join('-') : undefined;
}

function meantClock(text: string): string | undefined {
  const [, hour, minute = '00'] = /^(\d{1,2})(?:[:.](\d\d))?$/.exec(text.trim()) ?? [];
  return hour && `${hour.padStart(2, '0')}:${minute}`;
}

/** What others call a trigger: the reasons of RFC 5806 and RFC 4458, 3GPP's services, PBXs. */
export const MEANT_TRIGGERS: Readonly<Record<string, Trigger | 'any'>> = {
  unconditional: 'always',
  immediate: 'always',
  cfu: 'always',
  'user-busy': 'busy',
  'on-busy': 'busy',
  cfb: 'busy',
  'no-reply': 'no-answer',
  timeout: 'no-answer',
  cfnr: 'no-answer',
  cfna: 'no-answer',
  unavailable: 'unreachable',
  unregistered: 'unreachable',
  offline: 'unreachable',
  cfnrc: 'unreachable',
  deflection: 'deflected',
  rejected: 'declined',
  all: 'any',
};
