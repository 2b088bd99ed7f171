import { expect, test } from 'vitest';
import { compile } from '../../functions/rules/compile.ts';
import { NOW } from './load.ts';

/** Work that grows with the square of this takes minutes, and the runner's time limit ends it. */
const LENGTH = 1 << 18;

test.each([
  ['space', '\t'],
  ['dashes', '-'],
  ['a word and dashes', 'x-'],
  ['space and letters', ' to'],
  ['digits', '8'],
])('a schedule with nothing but %s in it is refused in linear work', (_what, unit) => {
  const text = `m${unit.repeat(LENGTH / unit.length)}x`;
  const schedules = { days: { days: text }, hours: { hours: text }, on: { on: text } };
  const { problems } = compile({ domain: 'example.com', schedules }, { now: NOW });
  expect(problems.map(({ pointer }) => pointer)).toEqual([
    '/schedules/days/days',
    '/schedules/hours/hours',
    '/schedules/on/on',
  ]);
});
