import { describe, expect, test } from 'vitest';
import { parseDiversions } from '../../functions/sip/diversion.ts';
import { equalUris } from '../../functions/sip/equality.ts';
import { SipSyntaxError } from '../../functions/sip/error.ts';
import { tokens } from '../../functions/sip/headers.ts';
import { parseHistoryInfo } from '../../functions/sip/history-info.ts';
import { parseNameAddr } from '../../functions/sip/name-addr.ts';
import { parseUri, printUri } from '../../functions/sip/uri.ts';
import { escapeUser, isNumber, stripSeparators, unescapeUser } from '../../functions/sip/user.ts';

/**
 * Much of what scanners and regular expressions stumble over, twice as long as a request may be. A
 * parser whose work grows with the square of the length needs hours for it, and the runner's time
 * limit ends the test.
 */
const UNITS = [
  ...' \t\r\n"\\<>,;:?@%&=[].-+*#(1aé\0',
  '\r\n ',
  '\r\n\t\r',
  '" ',
  '\\"',
  '"<',
  '<">',
  '<sip:a@h>,',
  '<sip:a@h>;',
  '"a" <',
  '%41',
  '%ff',
  '%c3%bc%',
  '%F0%9F',
  ';a',
  ';a=',
  ';a="',
  ';a="\\',
  '; ',
  '?<',
  '?a=b&',
  '&Reason=a',
  'a.',
  '1.',
  'a-',
  ':1',
  'sip:',
  'urn:a:',
];
const LENGTH = 1 << 17;

/** What stands before and after the nonsense, so that it is met in every part of a value. */
const FRAMES = [
  ['', ''],
  ['sip:', '@h'],
  ['sip:a@', ''],
  ['sip:a@h', ''],
  ['sip:[', ']'],
  ['tel:1', ''],
  ['urn:a:', ''],
  ['"', '" <sip:a@h>'],
  ['<sip:a@h', '>'],
  ['<sip:a@h?', '>'],
  ['<sip:a@h>', ''],
  ['<sip:a@h>;x=', ''],
] as const;

describe('nonsense of any length is read or refused in linear work', () => {
  test.each<[name: string, read: (text: string) => unknown]>([
    ['parseUri', parseUri],
    ['parseNameAddr', parseNameAddr],
    ['parseHistoryInfo, and the lists that Diversion shares', (text) => parseHistoryInfo([text])],
  ])('%s', (_name, read) => {
    for (const unit of UNITS) {
      const nonsense = unit.repeat(LENGTH / unit.length);
      for (const [before, after] of FRAMES) attempt(read, before + nonsense + after);
    }
  });

  test.each<[name: string, read: (text: string) => unknown]>([
    ['unescapeUser', unescapeUser],
    ['escapeUser', escapeUser],
    ['isNumber', isNumber],
    ['stripSeparators', stripSeparators],
    ['tokens', (text) => tokens([text])],
    ['parseDiversions', (text) => parseDiversions([`<sip:b@h>;counter=${text};reason="${text}"`])],
  ])('%s', (_name, read) => {
    for (const unit of UNITS) read(`1${unit.repeat(LENGTH / unit.length)}x`);
  });
});

describe('comparing takes linear work', () => {
  test.each([
    ['many parameters', (i: number) => `;p${i}=${i}`, 'sip:b@h', ''],
    ['many parameters that only one has', (i: number) => `;${i}`, 'sip:b@h', ''],
    ['one parameter many times', () => ';x=1', 'tel:+4930', ''],
    ['many headers', (i: number) => `h${i}=${i}&`, 'sip:b@h?', 'z=1'],
  ])('%s', (_why, part, prefix, suffix) => {
    const parts = Array.from({ length: 100_000 }, (_, i) => part(i));
    const one = parseUri(prefix + parts.join('') + suffix);
    const other = parseUri(prefix + parts.toReversed().join('') + suffix);
    expect(equalUris(one, other)).toBe(true);
    expect(equalUris(one, parseUri(printUri(one)))).toBe(true);
  });
});

/** Refusing is fine here. */
function attempt(read: (text: string) => unknown, text: string): void {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
  }
}
