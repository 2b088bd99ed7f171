import { DOMParser } from '@xmldom/xmldom';
import { expect, test } from 'vitest';
import { chart } from './chart.ts';
import type { Result } from './result.ts';

const RESULTS: [ratio: number, op: Result['op'], aim: number, used: number, met: boolean][] = [
  [0.55, '<=', 1.1, 0.5, true],
  [1.1, '<=', 1.1, 1, true],
  [3, '>=', 1.5, 0.5, true],
  [1, '>=', 1.5, 1.5, false],
  [50, '<=', 5, 2, false],
  [0, '<=', 0, 0, true],
  [0.1, '<=', 0, 2, false],
];

test.each(RESULTS)('%d %s %d: a bar of %d aims; met: %s', (ratio, op, aim, used, met) => {
  const svg = chart([{ name: 'a & b', ratio, op, aim, method: '' }], '<cpu>');
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const [, bar] = [...document.getElementsByTagName('rect')];
  const [line] = [...document.getElementsByTagName('line')];
  const number = (element: typeof bar | typeof line, name: string) =>
    Number(element?.getAttribute(name));
  const oneAim = number(line, 'x1') - number(bar, 'x');
  expect(number(bar, 'width') / oneAim).toBeCloseTo(used, 2);
  expect(bar?.getAttribute('fill')).toBe(met ? '#2e7d32' : '#c62828');
  expect(document.documentElement?.textContent).toContain('<cpu>');
});
