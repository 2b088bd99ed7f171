import { expect, test } from 'vitest';
import { ofCalls } from './sipp.ts';

const HEAD = 'The following events occurred:\n';
const AT = '2026-11-28\t13:14:56.991862\t1795871696.991862: ';
const LATE = `${AT}Dead call 4-1-2@h (successful), received 'SIP/2.0 200 OK\r\nCSeq: 2 BYE\r\n\r\n'`;
const WRONG = `${AT}Aborting call on unexpected message for Call-Id '3-1-2@h': while expecting '302'`;
const ABORTED = `${AT}Dead call 4-1-2@h (aborted at index 2), received 'SIP/2.0 200 OK\r\n\r\n'`;

/** What SIPp 3.6 writes about messages for calls that are over, and about calls that failed. */
test.each([
  ['a late answer of a call that ended well is none', `${HEAD}${LATE}`, ''],
  ['an unexpected answer is one', `${HEAD}${WRONG}`, WRONG],
  ['late ones do not hide one', `${HEAD}${LATE}${WRONG}${LATE}`, WRONG],
  ['what comes for a call that failed is one', `${HEAD}${ABORTED}`, ABORTED],
])('a failure is one of calls: %s', (_, errors, left) => {
  expect(ofCalls(errors)).toBe(left);
});
