import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { losesHalf } from '../../functions/rules/calendars/coming-days.ts';
import { mergeRanges, type Range } from '../../functions/rules/calendars/ranges.ts';

/* docs/semantics.md#calendars-by-address: a copy that lacks half of the coming days is not taken. */

const DAY = 86_400_000;
const TODAY = 20_000;
const NOW = TODAY * DAY + DAY / 2;
const days = (...ranges: Range[]) => ({ days: ranges });
const four = days([TODAY, TODAY], [TODAY + 5, TODAY + 7]);

describe('of four coming days', () => {
  test.each<[string, Parameters<typeof losesHalf>[1], boolean]>([
    ['all are there', four, false],
    ['three are there', days([TODAY + 5, TODAY + 7]), false],
    ['two are there', days([TODAY + 6, TODAY + 7]), true],
    ['none is there', days(), true],
    ['as many others', days([TODAY + 100, TODAY + 103]), true],
    [
      'all, as times',
      {
        days: [],
        spans: [
          [NOW, NOW + 1],
          [(TODAY + 5) * DAY, (TODAY + 8) * DAY],
        ],
      },
      false,
    ],
    [
      'three, without a zone',
      { days: [], wall: [[(TODAY + 5) * 1440, (TODAY + 8) * 1440]] },
      false,
    ],
    [
      'two, as a time that ends at midnight',
      { days: [], spans: [[(TODAY + 5) * DAY, (TODAY + 7) * DAY]] },
      true,
    ],
  ])('%s', (_, after, lost) => {
    expect(losesHalf(four, after, NOW)).toBe(lost);
  });
});

test('days that are over may go, and of none none can', () => {
  expect(losesHalf(days([TODAY - 9, TODAY - 1]), days(), NOW)).toBe(false);
  expect(losesHalf(days([TODAY - 9, TODAY]), days([TODAY, TODAY]), NOW)).toBe(false);
  expect(losesHalf(days(), days(), NOW)).toBe(false);
});

test('it is so day by day', () => {
  const some = fc.array(fc.tuple(fc.integer({ min: -20, max: 40 }), fc.nat(6))).map((all) =>
    mergeRanges(
      all.map(([first, more]): Range => [TODAY + first, TODAY + first + more]),
      1,
    ),
  );
  const coming = (ranges: readonly Range[]): Set<number> =>
    new Set(
      ranges
        .flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
        .filter((day) => day >= TODAY),
    );
  fc.assert(
    fc.property(some, some, (a, b) => {
      const [had, has] = [coming(a), coming(b)];
      const lost = [...had].filter((day) => !has.has(day)).length;
      const expected = had.size > 0 && lost >= had.size - lost;
      expect(losesHalf({ days: a }, { days: b }, NOW)).toBe(expected);
    }),
  );
});
