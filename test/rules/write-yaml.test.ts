import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeDocument } from '../../functions/rules/source/write-yaml.ts';
import { load } from './load.ts';

const read = (text: string): unknown => load(text).document;
const file = (text: string) => [{ name: 'a.yaml', text }];

const SOURCE = `# Our rules
domain: a.de
ringSeconds: 20 # short

subscribers:
  # first
  alice: {}
  bob: # the boss
    aliases: ["1002", '+49301']
    rules:
      # never at night
      - { name: night, when: always, reject: 480 }
      - name: busy
        when: busy
        forward: alice # she knows
  carol: {}
`;

describe('a document that was in a file', () => {
  test('stays as it is where nothing has changed', () => {
    expect(writeDocument(read(SOURCE) as never, file(SOURCE))[0]?.text).toBe(SOURCE);
  });

  const changes: [what: string, change: (document: never) => void, text: [string, string][]][] = [
    [
      'a value',
      (d: { ringSeconds: number }) => {
        d.ringSeconds = 25;
      },
      [['ringSeconds: 20 # short', 'ringSeconds: 25 # short']],
    ],
    [
      'a target in a rule that is found by its name',
      (d: { subscribers: { bob: { rules: unknown[] } } }) => {
        d.subscribers.bob.rules = [
          { name: 'busy', when: 'busy', forward: '+4930' },
          { name: 'night', when: 'always', reject: 480 },
        ];
      },
      [
        ['      # never at night\n      - { name: night, when: always, reject: 480 }\n', ''],
        [
          '        forward: alice # she knows\n',
          '        forward: "+4930" # she knows\n      # never at night\n      - { name: night, when: always, reject: 480 }\n',
        ],
      ],
    ],
    [
      'who is there',
      (d: { subscribers: Record<string, unknown> }) => {
        delete d.subscribers.alice;
        d.subscribers['1004'] = { aliases: ['0301', 'dave'] };
      },
      [
        ['  # first\n  alice: {}\n', ''],
        ['  carol: {}\n', '  carol: {}\n  "1004":\n    aliases: [ "0301", dave ]\n'],
      ],
    ],
  ];
  test.each(changes)('keeps its comments and order where this changes: %s', (_, change, edits) => {
    const document = read(SOURCE) as never;
    change(document);
    let expected = writeDocument(
      { ...(read(SOURCE) as object), x: 1 } as never,
      file(SOURCE),
    )[0]?.text.replace('x: 1\n', '');
    for (const [before, after] of edits) {
      expect(expected).toContain(before);
      expected = expected?.replace(before, after);
    }
    expect(writeDocument(document, file(SOURCE))[0]?.text).toBe(expected);
  });

  test('says what a subscriber set by phone in comments, which are replaced the next time', () => {
    const document = read(SOURCE) as never;
    const notes = new Map([
      ['alice', ['always → sip:bob@a.de', 'busy → sip:carol@a.de']],
      ['bob', ['always → sip:carol@a.de']],
    ]);
    const noted = writeDocument(document, file(SOURCE), notes);
    expect(noted[0]?.text).toContain(`subscribers:
  # first
  # set by phone: always → sip:bob@a.de
  # set by phone: busy → sip:carol@a.de
  alice: {}
  # set by phone: always → sip:carol@a.de
  bob:`);
    expect(writeDocument(document, noted, notes)).toEqual(noted);
    expect(writeDocument(document, noted)[0]?.text).not.toContain('by phone');
  });

  test('stays in its files; what is new goes into the first', () => {
    const files = [
      { name: 'a.yaml', text: 'domain: a.de\nsubscribers: { bob: {} }\n' },
      { name: 'b.yaml', text: 'domain: a.de\nringSeconds: 9\nsubscribers:\n  carol: {}\n' },
    ];
    const written = writeDocument(
      {
        domain: 'a.de',
        ringSeconds: 8,
        maxDiversions: 3,
        subscribers: { bob: {}, carol: { privacy: 'full' }, dave: {} },
      },
      files,
    );
    expect(written.map(({ text }) => parse(text))).toEqual([
      { domain: 'a.de', maxDiversions: 3, subscribers: { bob: {}, dave: {} } },
      { domain: 'a.de', ringSeconds: 8, subscribers: { carol: { privacy: 'full' } } },
    ]);
  });

  test('is written out where anchors shared parts of it', () => {
    const shared = 'domain: a.de\nsubscribers:\n  a: &a { privacy: full }\n  b: *a\n';
    const document = { domain: 'a.de', subscribers: { b: { privacy: 'full' } } };
    expect(parse(writeDocument(document, file(shared))[0]?.text ?? '')).toEqual(document);
  });
});

test('whatever a document has in it is read back as it was', () => {
  const text = fc.oneof(
    fc.constantFrom(
      '+49301',
      '0049',
      '1002',
      '1e3',
      'off',
      'null',
      '~',
      '',
      '*72',
      '@a.de',
      '# x',
      'a: b',
      '- a',
      '2026-12-25',
      '08:00-18:00',
      ' x ',
      'a\nb',
      '<<',
      '__proto__',
      '0x1f',
      '.inf',
      '!!int 3',
    ),
    fc.string({ unit: 'binary' }).filter((s) => s.isWellFormed() && !/\p{Cc}/u.test(s)),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.array(tie('any'), { maxLength: 4 }),
      tie('map'),
    ),
    // A key `<<` merges, and nothing may be called so.
    map: fc.dictionary(
      text.filter((key) => key !== '<<'),
      tie('any'),
      { maxKeys: 4 },
    ),
  }));
  const document = fc
    .record({ first: value.any, groups: value.map, subscribers: value.map })
    .map((parts) => ({ domain: 'a.de', ...parts }));
  fc.assert(
    fc.property(document, document, (before, after) => {
      const [fresh] = writeDocument(before as never, []);
      const seen = load({ 'a.yaml': fresh?.text ?? '' }).document;
      expect(seen).toEqual(before);
      const [changed] = writeDocument(after as never, fresh ? [fresh] : []);
      expect(load({ 'a.yaml': changed?.text ?? '' }).document).toEqual(after);
    }),
    { numRuns: 100 },
  );
});

test('the example survives being written anew', () => {
  const name = 'infra/rules/example.com.yaml';
  const document = read(readFileSync(name, 'utf8'));
  const [written] = writeDocument(document as never, []);
  expect(written?.name).toBe('example.com.yaml');
  expect(read(written?.text ?? '')).toEqual(document);
});
