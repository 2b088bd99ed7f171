import { didYouMean, hint, pointerTo, quoted, type Report } from '../source/fault.ts';
import { isObject } from './is-object.ts';

/**
 * A small schema language: one definition gives the TypeScript type (`Infer`), the validation
 * with messages a person can act on, and the published JSON Schema. It reports every fault,
 * never the first only, and an alternative that was evidently meant is judged as such instead
 * of "matches no variant".
 */
export interface Shape<T> {
  /** JSON Schema (draft 2020-12). */
  readonly json: object;
  /** In words, to go after "must be": `a list`. */
  readonly what: string;
  /** Whether a value has the JSON type of this shape, so that it was evidently meant. */
  readonly meant: (value: unknown) => boolean;
  readonly check: (value: unknown, pointer: string, report: Report) => void;
  /** Never set: carries the type. */
  readonly type?: T;
}

/** The TypeScript type of the values that a shape accepts. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

interface About {
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** What a value of the wrong JSON type should have been. */
function mistyped(value: unknown, what: string): string {
  if (value === null) return `is empty; it must be ${what}`;
  if (typeof value === 'number' && what.startsWith('a text')) {
    return `must be ${what}: put it in quotes, "${value}"`;
  }
  const is = Array.isArray(value)
    ? 'a list'
    : isObject(value)
      ? 'a mapping'
      : typeof value === 'string'
        ? quoted(value)
        : String(value);
  return `must be ${what}, not ${is}`;
}

function shape<T>(
  what: string,
  json: object,
  meant: (value: unknown) => boolean,
  check: (value: never, pointer: string, report: Report) => void,
): Shape<T> {
  return {
    what,
    json,
    meant,
    check: (value, pointer, report) =>
      meant(value)
        ? check(value as never, pointer, report)
        : report(pointer, mistyped(value, what)),
  };
}

/**
 * A text that matches `pattern`, which `what` puts in words: `a text like 2026-12-25`; `meant` says
 * what one that does not was probably to be.
 */
export function text(
  about: About & {
    readonly pattern?: RegExp;
    readonly what?: string;
    readonly max?: number;
    readonly meant?: (value: string) => string | undefined;
  } = {},
): Shape<string> {
  const { pattern, what = 'a text', max, meant, ...rest } = about;
  const json = {
    type: 'string',
    ...(pattern && { pattern: pattern.source }),
    ...(max && { maxLength: max }),
    ...rest,
  };
  // JSON Schema counts characters and reads patterns with the u flag.
  const regex = pattern && new RegExp(pattern.source, 'u');
  return shape(
    what,
    json,
    (value) => typeof value === 'string',
    (value: string, pointer, report) => {
      if (max && [...value].length > max) {
        report(pointer, `must be at most ${max} characters long, not ${[...value].length}`);
      } else if (regex && !regex.test(value)) {
        const other = meant?.(value);
        const near = other !== undefined && regex.test(other) ? didYouMean(other) : '';
        report(pointer, `must be ${what}, not ${quoted(value)}${near}`);
      }
    },
  );
}

/** A whole number of a range, both ends included. */
export function integer(min: number, max: number, about: About = {}): Shape<number> {
  const what = `a whole number from ${min} to ${max}`;
  return shape(
    what,
    { type: 'integer', minimum: min, maximum: max, ...about },
    (value) => typeof value === 'number',
    (value: number, pointer, report) => {
      if (!Number.isInteger(value) || value < min || value > max) {
        report(pointer, `must be ${what}, not ${value}`);
      }
    },
  );
}

/** A number of a range, both ends included. */
export function number(min: number, max: number, about: About = {}): Shape<number> {
  const what = `a number from ${min} to ${max}`;
  return shape(
    what,
    { type: 'number', minimum: min, maximum: max, ...about },
    (value) => typeof value === 'number',
    (value: number, pointer, report) => {
      if (!(value >= min && value <= max)) report(pointer, `must be ${what}, not ${value}`);
    },
  );
}

/** true or false. */
export function flag(about: About = {}): Shape<boolean> {
  return shape(
    'true or false',
    { type: 'boolean', ...about },
    (value) => typeof value === 'boolean',
    () => {},
  );
}

/** One of some words; `meant`: other words, lower case, for them. */
export function choice<const W extends string>(
  words: readonly W[],
  about: About & { readonly noun?: string; readonly meant?: Readonly<Record<string, W>> } = {},
): Shape<W> {
  const { noun = 'word', meant = {}, ...rest } = about;
  const known = `; known: ${words.join(', ')}`;
  return shape(
    `one of ${words.join(', ')}`,
    { enum: words, ...rest },
    (value) => typeof value === 'string',
    (value: string, pointer, report) => {
      if (!words.includes(value as W)) {
        const word = value.toLowerCase();
        const other = Object.hasOwn(meant, word) ? meant[word] : undefined;
        const near = other === undefined ? hint(value, words, known) : didYouMean(other);
        report(pointer, `unknown ${noun} ${quoted(value)}${near}`);
      }
    },
  );
}

/** Only this value. */
export function exactly<const V extends boolean | string>(value: V, about: About = {}): Shape<V> {
  return shape(
    typeof value === 'string' ? `'${value}'` : `${value}`,
    { const: value, ...about },
    (other) => typeof other === typeof value,
    (other: unknown, pointer, report) => {
      if (other !== value) report(pointer, `must be ${value}, not ${quoted(other)}`);
    },
  );
}

/** A list with its bounds. */
export function list<T>(
  of: Shape<T>,
  about: About & { readonly min?: number; readonly max?: number } = {},
): Shape<readonly T[]> {
  const { min = 0, max, ...rest } = about;
  const json = {
    type: 'array',
    items: of.json,
    ...(min && { minItems: min }),
    ...(max && { maxItems: max }),
    ...rest,
  };
  return shape('a list', json, Array.isArray, (value: unknown[], pointer, report) => {
    if (value.length < min) report(pointer, `must have at least ${min} entry`, 'content');
    if (max && value.length > max) {
      report(pointer, `must have at most ${max} entries, not ${value.length}`, 'content');
    }
    value.forEach((entry, index) => {
      of.check(entry, pointerTo(pointer, index), report);
    });
  });
}

/** A mapping from names, which match `key`, to values. */
export function record<T>(
  of: Shape<T>,
  key: { readonly pattern: RegExp; readonly what: string },
  about: About = {},
): Shape<Readonly<Record<string, T>>> {
  const regex = new RegExp(key.pattern.source, 'u');
  const json = {
    type: 'object',
    propertyNames: { pattern: key.pattern.source },
    additionalProperties: of.json,
    ...about,
  };
  return shape(
    'a mapping from names',
    json,
    isObject,
    (value: Record<string, unknown>, pointer, report) => {
      for (const [name, entry] of Object.entries(value)) {
        const at = pointerTo(pointer, name);
        if (!regex.test(name)) report(at, `${quoted(name)} must be ${key.what}`, 'key');
        of.check(entry, at, report);
      }
    },
  );
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type ObjectOf<F extends Fields, R extends keyof F> = {
  readonly [K in R]: Infer<F[K]>;
} & { readonly [K in Exclude<keyof F, R>]?: Infer<F[K]> };

/** A mapping with known keys only. `oneOf`: exactly one of these must be there. */
export function object<const F extends Fields, R extends keyof F & string = never>(
  fields: F,
  about: About & {
    readonly required?: readonly R[];
    readonly oneOf?: readonly (keyof F & string)[];
  } = {},
): Shape<ObjectOf<F, R>> {
  const { required = [], oneOf, ...rest } = about;
  const names = Object.keys(fields);
  const json = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, fields[name]?.json])),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    ...(oneOf && { oneOf: oneOf.map((name) => ({ required: [name] })) }),
    ...rest,
  };
  const known = `; known: ${names.join(', ')}`;
  return shape('a mapping', json, isObject, (value: Record<string, unknown>, pointer, report) => {
    for (const [name, entry] of Object.entries(value)) {
      const at = pointerTo(pointer, name);
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field) field.check(entry, at, report);
      else report(at, `unknown key ${quoted(name)}${hint(name, names, known)}`, 'key');
    }
    for (const name of required) {
      if (!Object.hasOwn(value, name)) report(pointer, `'${name}' is missing`, 'content');
    }
    const given = oneOf?.filter((name) => Object.hasOwn(value, name));
    if (given && given.length !== 1) {
      const all = oneOf?.map((name) => `'${name}'`).join(', ');
      const found = given.length === 0 ? 'none' : given.map((name) => `'${name}'`).join(' and ');
      report(pointer, `must have exactly one of ${all}; it has ${found}`, 'content');
    }
  });
}

/**
 * Either of two: the first if the value has its JSON type, or where both have the same, if
 * `isFirst` says so.
 */
export function either<A, B>(
  a: Shape<A>,
  b: Shape<B>,
  about: About & { readonly isFirst?: (value: unknown) => boolean } = {},
): Shape<A | B> {
  const { isFirst = a.meant, ...rest } = about;
  return shape(
    a.what === b.what ? a.what : `${a.what} or ${b.what}`,
    { anyOf: [a.json, b.json], ...rest },
    (value) => a.meant(value) || b.meant(value),
    (value: unknown, pointer, report) => {
      (isFirst(value) ? a : b).check(value, pointer, report);
    },
  );
}

/** One value, or a list of them. */
export function oneOrMany<T>(
  of: Shape<T>,
  about: About & { readonly max?: number } = {},
): Shape<T | readonly T[]> {
  const { max, ...rest } = about;
  return either(of, list(of, { min: 1, ...(max && { max }) }), rest);
}

/** The list of what may be given as one value. */
export function many<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** A shape that the JSON Schema holds once, under `$defs`, and refers to. */
export function named<T>(name: string, of: Shape<T>): Shape<T> & { readonly definition: object } {
  return { ...of, json: { $ref: `#/$defs/${name}` }, definition: { [name]: of.json } };
}
