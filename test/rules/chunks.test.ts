import { describe, expect, test } from 'vitest';
import { chunksOf } from '../../functions/rules/source/chunks.ts';
import type { Problem } from '../../functions/rules/source/fault.ts';
import { parseFile } from '../../functions/rules/source/source-file.ts';

/** Large enough to be cut: a `#` and so many letters at the end of each subscriber. */
const PADDING = `# ${'x'.repeat(1000)}`;
const many = (subscriber: (i: number) => string, count = 400): string =>
  Array.from({ length: count }, (_, i) => subscriber(i)).join('');

const read = (text: string) => {
  const problems: Problem[] = [];
  const value = parseFile({ name: 'a.yaml', text }, problems);
  return { value, problems };
};

describe('a large file says what it says when it is parsed whole', () => {
  test.each([
    ['plain', many((i) => `  u${i}:\n    aliases: ["1${i}"] ${PADDING}\n`)],
    ['with comments and empty lines', many((i) => `\n  # u\n${PADDING}\n  u${i}: {}\n`)],
    [
      'indented by four, with CRLF',
      many((i) => `    u${i}:\r\n        aliases: []  ${PADDING}\r\n`),
    ],
    ['quoted names', many((i) => `  "+49${i}": {} ${PADDING}\n`)],
    ['another key after them', `${many((i) => `  u${i}: {} ${PADDING}\n`)}timezone: UTC\n`],
    [
      'block texts',
      many((i) => `  u${i}:\n    rules:\n      - name: |-\n          a: b\n ${PADDING}\n`),
    ],
    [
      'an anchor',
      `  a: &a { privacy: full }\n${many((i) => `  u${i}: ${i % 10 ? '{}' : '*a'} ${PADDING}\n`)}`,
    ],
    ['a text over lines', many((i) => `  u${i}: { aliases: ["a\n   b: c"] } ${PADDING}\n`)],
  ])('%s', (_, subscribers) => {
    const text = `domain: x.example\nsubscribers:\n${subscribers}`;
    const small = text.replaceAll(PADDING, '#');
    expect(chunksOf(text)?.subscribers.length ?? 0).toBeGreaterThan(1);
    expect(chunksOf(small)).toBeUndefined();
    const { value, problems } = read(text);
    expect(problems).toEqual([]);
    expect(value).toEqual(read(small).value);
  });

  test.each([
    ['a name that comes twice, far away', '  u0: {}\n', 403, 'this key stands here twice'],
    ['broken syntax', '  u: { [\n', 404, ''],
  ])('and its mistakes have their places: %s', (_, last, line, message) => {
    const text = `domain: x.example\nsubscribers:\n${many((i) => `  u${i}: {} ${PADDING}\n`)}${last}`;
    const { problems } = read(text);
    expect(problems[0]).toMatchObject({ file: 'a.yaml', line });
    expect(problems[0]?.message).toContain(message);
  });
});
