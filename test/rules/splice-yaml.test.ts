import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { spliceYaml } from '../../functions/rules/source/splice-yaml.ts';

/** A document as people write it: comments beside and above, anchors, flow style, quotes. */
const DOCUMENT = `# Our rules
domain: a.example        # ours
targets:                 # where calls may go
  allow: ["@a.example", '+49',   "ext:1xxx"]

x-std: &std
  - { name: late, when: no-answer, forward: vm }

subscribers:
  vm: {}

  # the boss
  bob:                   # sip:bob@a.example
    aliases: ["1002", "+49301234567"]
    rules:               # top to bottom
      # never at night
      - name: night
        when: always     # first INVITE
        reject: 480

      - name: busy
        when: [busy, declined]
        forward: [{ to: vm, q: 1.0 }]
  carol: { rules: *std }
  dave: { rules: *std }
`;

interface Rules {
  'x-std': object[];
  targets: { allow: unknown[] };
  subscribers: Record<string, unknown> &
    Record<'bob' | 'carol' | 'dave', { rules: Record<string, unknown>[]; privacy?: string }>;
}
const changed = (change: (document: Rules) => void): Rules => {
  // Not as parsed: there, what aliases repeat is one object.
  const document: Rules = JSON.parse(JSON.stringify(parse(DOCUMENT)));
  change(document);
  return document;
};
/** The lines that go and come, in order. */
const difference = (before: string, after: string): string[] => {
  const [a, b] = [before, after].map((text) => text.split('\n')) as [string[], string[]];
  return [
    ...a.filter((line) => !b.includes(line)).map((line) => `-${line}`),
    ...b.filter((line) => !a.includes(line)).map((line) => `+${line}`),
  ];
};

describe('only the lines of what changed', () => {
  const CASES: [string, (d: Rules) => void, string[]][] = [
    [
      'a scalar, beside its comment',
      (d) => {
        Object.assign(d.subscribers.bob.rules[0] as object, { reject: 486 });
      },
      ['-        reject: 480', '+        reject: 486'],
    ],
    [
      'an entry of a list on one line',
      (d) => {
        d.targets.allow[1] = '+44';
      },
      [
        `-  allow: ["@a.example", '+49',   "ext:1xxx"]`,
        `+  allow: ["@a.example", '+44',   "ext:1xxx"]`,
      ],
    ],
    [
      'a rule that goes, with the comment above it',
      (d) => {
        d.subscribers.bob.rules.shift();
      },
      [
        '-      # never at night',
        '-      - name: night',
        '-        when: always     # first INVITE',
        '-        reject: 480',
      ],
    ],
    [
      'a rule that comes',
      (d) => {
        d.subscribers.bob.rules.push({ name: 'gone', when: 'unreachable', forward: 'vm' });
      },
      ['+      - name: gone', '+        when: unreachable', '+        forward: vm'],
    ],
    [
      'a key that comes',
      (d) => {
        d.subscribers.bob.privacy = 'full';
      },
      ['+    privacy: full'],
    ],
    [
      'a subscriber who comes',
      (d) => {
        d.subscribers.erin = { aliases: ['1003'] };
      },
      ['+  erin:', '+    aliases: [ "1003" ]'],
    ],
    [
      'a subscriber who goes, with the comment above them',
      (d) => {
        delete (d.subscribers as Record<string, unknown>).bob;
      },
      DOCUMENT.slice(DOCUMENT.indexOf('  # the boss'), DOCUMENT.indexOf('  carol'))
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `-${line}`),
    ],
    [
      'one who shared an anchor',
      (d) => {
        d.subscribers.dave.rules = [{ name: 'own', when: 'busy', forward: 'vm' }];
      },
      [
        '-  dave: { rules: *std }',
        '+  dave: { rules: [ { name: own, when: busy, forward: vm } ] }',
      ],
    ],
    [
      'what an anchor says, where all who share it change',
      (d) => {
        for (const list of [d['x-std'], d.subscribers.carol.rules, d.subscribers.dave.rules]) {
          Object.assign(list[0] as object, { when: 'busy' });
        }
      },
      [
        '-  - { name: late, when: no-answer, forward: vm }',
        '+  - { name: late, when: busy, forward: vm }',
      ],
    ],
    [
      'what an anchor says, where others keep it: they are written out',
      (d) => {
        Object.assign(d['x-std'][0] as object, { when: 'busy' });
      },
      [
        '-  - { name: late, when: no-answer, forward: vm }',
        '-  carol: { rules: *std }',
        '-  dave: { rules: *std }',
        '+  - { name: late, when: busy, forward: vm }',
        '+  carol: { rules: [ { name: late, when: no-answer, forward: vm } ] }',
        '+  dave: { rules: [ { name: late, when: no-answer, forward: vm } ] }',
      ],
    ],
  ];
  test.each(CASES)('%s', (_, change, lines) => {
    const value = changed(change);
    const after = spliceYaml(DOCUMENT, value) as string;
    expect(parse(after)).toEqual(value);
    expect(difference(DOCUMENT, after)).toEqual(lines);
  });

  test('rules that change places take their comments with them', () => {
    const value = changed((d) => d.subscribers.bob.rules.reverse());
    const after = spliceYaml(DOCUMENT, value) as string;
    expect(after).toContain(
      '      # never at night\n      - name: night\n        when: always     # first INVITE\n',
    );
    expect(after.split('\n').toSorted()).toEqual(DOCUMENT.split('\n').toSorted());
  });

  test('line ends stay what they are, new lines have them too', () => {
    const crlf = DOCUMENT.replaceAll('\n', '\r\n');
    const value = changed((d) => {
      d.subscribers.erin = { aliases: ['1003'] };
    });
    const after = spliceYaml(crlf, value) as string;
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after).toContain('\r\n  erin:\r\n');
  });

  test('of a thousand subscribers: theirs alone', () => {
    const one = (i: number) =>
      `  # desk ${i}\n  u${i}: { aliases: ['${1000 + i}'] }   # room ${i}\n`;
    const text = `domain: a.example\nsubscribers:\n${Array.from({ length: 1000 }, (_, i) => one(i)).join('')}`;
    const value = parse(text);
    value.subscribers.u500.privacy = 'full';
    expect(difference(text, spliceYaml(text, value) as string)).toEqual([
      "-  u500: { aliases: ['1500'] }   # room 500",
      '+  u500: { aliases: [ "1500" ], privacy: full }   # room 500',
    ]);
  });
});

/** Values as rules have them, small so that shrinking helps. */
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'busy', '+49 30', '12', 'x: y', '# no', '', "it's", 'yes', 12, 1.5, true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('name', 'when', 'to', 'rules', '1002'), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value;
const documents = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), json, { minKeys: 1 });

describe('any change of any document', () => {
  test('is said by what comes out, if anything does', () => {
    fc.assert(
      fc.property(documents, documents, fc.boolean(), (before, after, flow) => {
        const text = flow ? `${JSON.stringify(before, null, 2)}\n` : stringify(before);
        const spliced = spliceYaml(text, after);
        if (spliced !== undefined) expect(parse(spliced)).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });
});
