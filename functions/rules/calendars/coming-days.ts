import type { Calendar } from '../../decide/model.ts';
import { mergeRanges, type Range } from './ranges.ts';

const DAY = 86_400_000;
const MINUTES_OF_DAY = 1440;

/**
 * Whether a calendar lacks half or more of the coming days that another has: what was taken from it
 * was then a mistake more probably than a change of plans. Days and times without a zone are taken
 * as UTC.
 *
 * @param now milliseconds since the epoch: days that are over may go
 */
export function losesHalf(before: Calendar, after: Calendar, now: number): boolean {
  const had = comingDays(before, now);
  const all = count(had);
  return all > 0 && 2 * (all - count(common(had, comingDays(after, now)))) >= all;
}

/** The days from today on that have an event, those that come back by yearly rules aside. */
function comingDays({ days, spans = [], wall = [] }: Calendar, now: number): Range[] {
  const today = Math.floor(now / DAY);
  const all: Range[] = [
    ...days,
    ...spans.map(([from, end]): Range => [Math.floor(from / DAY), Math.ceil(end / DAY) - 1]),
    ...wall.map(
      ([from, end]): Range => [
        Math.floor(from / MINUTES_OF_DAY),
        Math.ceil(end / MINUTES_OF_DAY) - 1,
      ],
    ),
  ];
  const coming = all
    .filter(([, last]) => last >= today)
    .map(([first, last]): Range => [Math.max(first, today), last]);
  return mergeRanges(coming, 1);
}

const count = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** The days of both; ranges of each are sorted and don't overlap. */
function common(a: readonly Range[], b: readonly Range[]): Range[] {
  const both: Range[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i] as Range, b[j] as Range];
    const first = Math.max(one[0], other[0]);
    const last = Math.min(one[1], other[1]);
    if (first <= last) both.push([first, last]);
    if (one[1] < other[1]) i++;
    else j++;
  }
  return both;
}
