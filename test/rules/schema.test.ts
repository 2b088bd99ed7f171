import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentShape } from '../../functions/rules/schema/document.ts';
import { peersShape } from '../../functions/rules/schema/peers-document.ts';
import type { Shape } from '../../functions/rules/schema/schema.ts';
import { gather } from '../../functions/rules/source/fault.ts';
import { printSchema, schemas } from '../../infra/build/schemas.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

test.each(Object.entries(schemas))('%s is as checked in (npm run schema)', (name, schema) => {
  expect(read(`infra/rules/${name}`)).toBe(printSchema(schema));
});

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });

/** Values to put anywhere: near to what is right, and not. */
const VALUES = [
  null,
  true,
  false,
  0,
  1,
  5,
  20,
  181,
  0.5,
  '',
  'x',
  'a b',
  'always',
  'any',
  'off',
  'DE',
  'mon-fri',
  '08:00-18:00',
  '2026-12-25',
  '2026-12-31..2027-01-02',
  'x.ics',
  '2027-01-06T08:00',
  '+49',
  '49',
  'internal',
  '*72',
  [],
  ['a'],
  [1],
  {},
  { a: 1 },
  { to: 'carol' },
  { country: 'DE' },
  '\u0000',
  'x'.repeat(300),
  '\u{1f600}'.repeat(64),
  '\ud800',
];
const KEYS = [
  'name',
  'when',
  'rules',
  'hours',
  'on',
  'extra',
  'a b',
  'country',
  'countryCode',
  '__proto__',
  'not',
];

/** A document with some of its values replaced, added or taken out. */
function mutated(document: unknown): fc.Arbitrary<unknown> {
  const mutation = fc.record({
    path: fc.array(fc.nat(30), { maxLength: 6 }),
    value: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    key: fc.option(fc.constantFrom(...KEYS)),
    remove: fc.boolean(),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) => {
    const root = { document: structuredClone(document) };
    for (const { path, value, key, remove } of mutations) {
      let at: Record<string, unknown> = root;
      let last = 'document';
      for (const step of path) {
        const inner = at[last];
        if (typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0) break;
        at = inner as Record<string, unknown>;
        const names = Object.keys(at);
        last = names[step % names.length] as string;
      }
      if (key !== null && !Array.isArray(at)) {
        Object.defineProperty(at, key, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else if (remove && at !== root && !Array.isArray(at)) delete at[last];
      else at[last] = value;
    }
    return root.document;
  });
}

describe.each<[name: string, shape: Shape<unknown>, example: unknown]>([
  ['document.schema.json', documentShape, parse(read('infra/rules/example.com.yaml'))],
  ['peers.schema.json', peersShape, parse(read('infra/peers.yaml'))],
])('%s', (name, shape, example) => {
  const validate = ajv.compile(schemas[name] as object);
  const check = (value: unknown): boolean => {
    const { report, faults } = gather();
    shape.check(value, '', report);
    return faults.length === 0;
  };

  test('accepts the example', () => {
    expect(validate(example)).toBe(true);
    expect(check(example)).toBe(true);
  });

  test('accepts and refuses the same documents as the code', () => {
    let accepted = 0;
    fc.assert(
      fc.property(mutated(example), (document) => {
        const valid = validate(document);
        if (valid) accepted++;
        expect(check(document)).toBe(valid);
      }),
      { numRuns: 1_500 },
    );
    // Otherwise the mutations are too rough to show anything.
    expect(accepted).toBeGreaterThan(50);
  });

  test('describes every key for editors', () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        const at = `${path}/${key}`;
        if (/\/properties\/[^/]+$/.test(at)) {
          const described = 'description' in value || '$ref' in value;
          if (!described) undescribed.push(at);
        }
        visit(value, at);
      }
    };
    visit(schemas[name], '');
    expect(undescribed).toEqual([]);
  });
});
