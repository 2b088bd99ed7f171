import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDiversions, printDiversion } from '../../functions/sip/diversion.ts';
import { equalUris } from '../../functions/sip/equality.ts';
import { SipSyntaxError } from '../../functions/sip/error.ts';
import { parseHistoryInfo, printHistoryEntry } from '../../functions/sip/history-info.ts';
import { parseNameAddr, splitList } from '../../functions/sip/name-addr.ts';
import { parseUri, printUri } from '../../functions/sip/uri.ts';
import { escapeUser, isNumber, stripSeparators, unescapeUser } from '../../functions/sip/user.ts';
import { anyText, sipUri, uri } from './arbitraries.ts';

/** What a header line may hold between < and >. */
const HARMLESS = /^[!#-;=?-~]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
const CONTROL = /[\u0000-\u001f\u007f]/;

function check<T>(property: fc.IRawProperty<T>): void {
  fc.assert(property, { numRuns: 1000 });
}

/** The value, or undefined where the text is refused as it should be. */
function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
    return undefined;
  }
}

describe('URIs', () => {
  test('read what was written', () => {
    check(
      fc.property(uri, (value) => {
        expect(parseUri(printUri(value))).toEqual(value);
      }),
    );
  });

  test('any text: a harmless URI that is read back the same, or SipSyntaxError', () => {
    check(
      fc.property(anyText, (text) => {
        const value = attempt(() => parseUri(text));
        if (!value) return;
        const printed = printUri(value);
        expect(printed).toMatch(HARMLESS);
        expect(parseUri(printed)).toEqual(value);
        expect(printUri(parseUri(printed))).toBe(printed);
      }),
    );
  });

  test('one strange character anywhere: refused', () => {
    const strange = fc.constantFrom(...'<>"\\^`{}| \t\r\n\0\x7f\x85é📞'.split(''));
    check(
      fc.property(uri, strange, fc.nat(60), (value, char, at) => {
        const text = printUri(value);
        const broken = text.slice(0, at) + char + text.slice(at);
        expect(attempt(() => parseUri(broken))).toBeUndefined();
      }),
    );
  });

  test('equality is reflexive and symmetric', () => {
    check(
      fc.property(uri, uri, (a, b) => {
        expect(equalUris(a, parseUri(printUri(a)))).toBe(true);
        expect(equalUris(a, b)).toBe(equalUris(b, a));
      }),
    );
  });

  test('equality sees neither case, nor escapes of letters, nor the order of parameters', () => {
    check(
      fc.property(sipUri, (value) => {
        const names = value.params.map(([name]) => unescapeUser(name).toLowerCase());
        fc.pre(new Set(names).size === names.length);
        const user = value.user?.replace(/(?<!%|%[0-9a-f])[a-z]/gi, (letter) => {
          return `%${letter.toUpperCase().charCodeAt(0).toString(16)}`;
        });
        const other = { ...value, user, params: value.params.toReversed() };
        expect(equalUris(value, other)).toBe(true);
        expect(equalUris(other, value)).toBe(true);
      }),
    );
  });
});

describe('user parts', () => {
  test('unescaping undoes escaping, and what is escaped can stand in a URI', () => {
    check(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(unescapeUser(escapeUser(text))).toBe(text);
        expect(parseUri(`sip:${escapeUser(text)}@h`)).toMatchObject({ user: escapeUser(text) });
      }),
    );
  });

  test('any text: nothing throws', () => {
    check(
      fc.property(anyText, (text) => {
        unescapeUser(text);
        expect(escapeUser(text)).toMatch(/^[!#-;=?-~]*$/);
        if (isNumber(text)) expect(stripSeparators(text)).toMatch(/^[+*#0-9]+$/);
      }),
    );
  });
});

describe('values and lists', () => {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const words = fc.string({ unit: 'grapheme-ascii', maxLength: 10 });

  test('a value is read as it was composed', () => {
    check(
      fc.property(words, uri, words, (display, value, text) => {
        const composed = `${quoted(display)} <${printUri(value)}>;x=${quoted(text)};lr`;
        expect(parseNameAddr(composed)).toEqual({
          display,
          uri: value,
          params: [
            ['x', text],
            ['lr', undefined],
          ],
        });
      }),
    );
  });

  test('a list is split where it was joined, however it was spread over values', () => {
    const element = fc
      .tuple(words, uri, words)
      .map(([name, value, text]) => `${quoted(name)} <${printUri(value)}>;x=${quoted(text)}`);
    check(
      fc.property(fc.array(fc.array(element)), (rows) => {
        expect(splitList(rows.map((row) => row.join(' , ')))).toEqual(rows.flat());
      }),
    );
  });

  test('any text: harmless or SipSyntaxError, and no element holds a line break', () => {
    check(
      fc.property(anyText, (text) => {
        const value = attempt(() => parseNameAddr(text));
        if (value) expect(printUri(value.uri)).toMatch(HARMLESS);
        for (const element of splitList([text])) {
          expect(element).not.toMatch(CONTROL);
          expect(splitList([element])).toEqual([element]);
        }
      }),
    );
  });
});

describe('Diversion', () => {
  const word = fc.oneof(
    fc.constantFrom('unknown', 'user-busy', 'no-answer', 'unconditional', 'deflection'),
    fc.string({ unit: 'grapheme-ascii', minLength: 1 }),
  );
  const small = fc.integer({ min: 1, max: 99 });

  test('read what was written', () => {
    const diversion = fc.record(
      { uri, reason: word, counter: small, limit: small, privacy: word, screen: word },
      { requiredKeys: ['uri', 'reason'] },
    );
    check(
      fc.property(fc.array(diversion, { maxLength: 3 }), (list) => {
        const printed = list.map((d) => printDiversion({ ...d, uri: printUri(d.uri) }));
        const { entries, unreadable } = parseDiversions([printed.join(', ')]);
        expect(unreadable).toEqual([]);
        expect(entries).toEqual(
          list.map((d, i) => ({
            ...d,
            reason: d.reason.toLowerCase(),
            counter: d.counter ?? 1,
            privacy: d.privacy?.toLowerCase(),
            screen: d.screen?.toLowerCase(),
            raw: printed[i],
          })),
        );
      }),
    );
  });

  test('any text: never throws, and nothing is lost', () => {
    check(
      fc.property(fc.array(anyText), (values) => {
        const { entries, unreadable } = parseDiversions(values);
        const found = [...entries.map(({ raw }) => raw), ...unreadable];
        expect(found.toSorted()).toEqual(splitList(values).toSorted());
      }),
    );
  });
});

describe('History-Info', () => {
  const index = fc
    .array(fc.nat(99), { minLength: 1, maxLength: 5 })
    .map((numbers) => numbers.join('.'));

  test('read what was written', () => {
    const entry = fc.record(
      {
        uri: sipUri.map((value) => ({ ...value, headers: undefined })),
        index,
        reason: fc.string({ unit: 'grapheme' }),
        privacy: fc.boolean(),
        mapped: fc.record({ kind: fc.constantFrom('mp', 'rc', 'np'), from: index }),
      },
      { requiredKeys: ['uri', 'index'] },
    );
    check(
      fc.property(fc.array(entry, { maxLength: 3 }), (list) => {
        const printed = list.map((e) => printHistoryEntry({ ...e, uri: printUri(e.uri) }));
        const { entries, unreadable } = parseHistoryInfo([printed.join(', ')]);
        expect(unreadable).toEqual([]);
        expect(entries).toMatchObject(
          list.map(({ uri, privacy, ...rest }, i) => ({
            ...rest,
            privacy: privacy ?? false,
            raw: printed[i],
          })),
        );
        expect(entries.map((e) => ({ ...e.uri, headers: undefined }))).toEqual(
          list.map(({ uri }) => uri),
        );
      }),
    );
  });

  test('any text: never throws, and nothing is lost', () => {
    check(
      fc.property(fc.array(anyText), (values) => {
        const { entries, unreadable } = parseHistoryInfo(values);
        const found = [...entries.map(({ raw }) => raw), ...unreadable];
        expect(found.map(written).toSorted()).toEqual(splitList(values).map(written).toSorted());
        for (const { reason } of entries) expect(reason ?? '').not.toMatch(CONTROL);
      }),
    );
  });
});

/** An element without what escaping changes of it: escapes themselves, and spaces just inside `<>`. */
function written(element: string): string {
  return unescapeUser(element.toWellFormed()).replaceAll(' ', '');
}
