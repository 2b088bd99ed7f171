import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTable } from '../store/fixtures.ts';
import { type Described, described, document } from './contract.ts';
import { admin, type Call, call, DOCUMENT, IAM, install, installPeer, self } from './fixtures.ts';

let table: Awaited<ReturnType<typeof startTable>>;
beforeAll(async () => {
  table = await startTable();
  await install(table, DOCUMENT);
  await installPeer(table, { name: 'sbc', domains: ['example.com'] } as never);
});
afterAll(() => table.database.stop());

type Schema = Readonly<Record<string, unknown>>;

/** Texts that mean something somewhere, so that what is generated gets past the schema. */
const TEXTS = [
  ...['alice', 'bob', 'carol', 'dave', 'voicemail', 'sip:mum@example.net', 'family', 'holidays'],
  ...['+49301234567', '1002', '0301112223', '+49*', '@example.com', '+49', 'ext:1xxx', '112', '+'],
  ...['office', 'not office', 'internal', 'not anonymous', 'mon-fri', '08:00-18:00', '2030-01-01'],
  ...['2030-01-01T08:00', 'Europe/Berlin', 'DE', '*72', 'example.com', 'sbc', 'always', 'any', ''],
  ...['__proto__', 'constructor', 'é', '\u0000', '%2f', '"', '\r\n', 'closed.ics', 'x'.repeat(300)],
];
/** Texts that are right in a place, by the name of the member they are in. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  to: ['alice', 'carol', '1003', '+49307654321', 'sip:carol@example.com'],
  callers: ['family', 'carol', '+49*', 'internal', 'not anonymous', '@example.com'],
  called: ['bob', 'dave', '+49301234567'],
  schedule: ['office', 'not office'],
  allow: ['@example.com', '+49', 'ext:1xxx'],
  deny: ['+49900'],
  groups: ['+49301112223', 'sip:mum@example.net'],
  aliases: ['1010', '1011', '+493010'],
  domain: ['example.com', 'new.example'],
  domains: ['example.com', 'new.example'],
  name: ['sbc', 'a rule'],
};
const wrong = fc.oneof(fc.constantFrom(...TEXTS), fc.string());
const textFor = (name: string, schema: Schema = {}): fc.Arbitrary<string> => {
  const listed = [RIGHT[name] ?? [], schema.examples ?? []].flat(3);
  const right = listed.filter((one) => typeof one === 'string');
  return right.length === 0
    ? wrong
    : fc.oneof(
        { weight: 15, arbitrary: fc.constantFrom(...right) },
        { weight: 1, arbitrary: wrong },
      );
};

/** Values of a schema, and now and then of none. */
function valuesOf(schema: Schema, name = '', depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 40, arbitrary: sound(schema, name, depth) },
    { weight: 1, arbitrary: fc.oneof(fc.jsonValue({ maxDepth: 2 }), wrong) },
  );
}

function sound(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
  if (depth > 12) return fc.constant(null);
  if (typeof schema.$ref === 'string') {
    const referred = schema.$ref.split('/').at(-1) as string;
    return valuesOf(
      document.components.schemas[referred],
      referred === 'target' ? 'to' : name,
      depth + 1,
    );
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.anyOf)) {
    return fc.oneof(
      ...schema.anyOf.map((one: Schema) =>
        valuesOf({ ...schema, anyOf: undefined, ...one }, name, depth + 1),
      ),
    );
  }
  switch (schema.type) {
    case 'object':
      return objects(schema, name, depth);
    case 'array':
      return fc.array(valuesOf(schema.items as Schema, name, depth + 1), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: 3,
      });
    case 'integer':
      return fc.integer({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 20) });
    case 'number':
      return fc.constantFrom(0, 0.5, 0.123, 0.1234, 1);
    case 'boolean':
      return fc.boolean();
    default:
      return textFor(name, schema);
  }
}

function objects(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  if (properties.length === 0) {
    const values = (schema.additionalProperties ?? { type: 'string' }) as Schema;
    const keys = fc.oneof(fc.constantFrom('one', 'two', 'family', 'office'), wrong);
    return fc.dictionary(keys, valuesOf(values, name, depth + 1), { maxKeys: 2 });
  }
  const required = (schema.required ?? []) as string[];
  const alternatives = ((schema.oneOf ?? []) as { required: [string] }[]).map((a) => a.required[0]);
  const optional = properties
    .map(([one]) => one)
    .filter((one) => !required.includes(one) && !alternatives.includes(one));
  return fc
    .tuple(
      fc.subarray(optional, { maxLength: Math.min(3, optional.length) }),
      alternatives.length > 0
        ? fc.constantFrom(...alternatives.map((one) => [one]), alternatives, [])
        : fc.constant<string[]>([]),
    )
    .chain(([some, one]) =>
      fc.record(
        Object.fromEntries(
          properties
            .filter(([key]) => required.includes(key) || some.includes(key) || one.includes(key))
            .map(([key, value]) => [
              key,
              valuesOf(value, key === 'targets' ? name : key, depth + 1),
            ]),
        ),
      ),
    );
}

/** A merge patch for what has a schema: some of its members, some of them null. */
const patchesOf = (schema: Schema): fc.Arbitrary<unknown> =>
  valuesOf(schema).chain((value) =>
    typeof value !== 'object' || value === null
      ? fc.constant(value)
      : fc
          .subarray(Object.entries(value))
          .map((entries) =>
            Object.fromEntries(entries.map(([name, one], i) => [name, i % 4 === 3 ? null : one])),
          ),
  );

/** The first ones mostly, now and then one of the others. */
const mostly = (first: readonly string[], ...others: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...first) },
    { weight: 1, arbitrary: others.length > 0 ? fc.constantFrom(...others) : wrong },
  );

const SEGMENTS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  domain: mostly(['example.com', 'new.example'], 'EXAMPLE.com', '..', 'a b'),
  user: mostly(['bob', 'dave', 'carol', 'new', '1002', '+49301234567', '112', 'é', '#']),
  name: mostly(['sbc', 'new']),
  switch: mostly(['night', 'new']),
  id: mostly(['0123456789abcdef'], 'x'),
};

function requestsOf(operation: Described) {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const path = fc
    .tuple(...names.map((name) => SEGMENTS[name] as fc.Arbitrary<string>))
    .map((values) =>
      names.reduce(
        (path, name, i) => path.replace(`{${name}}`, () => values[i] ?? ''),
        operation.path,
      ),
    );
  const odd = ['', '?force=x', '?limit=-1', '?cursor=Ym9i', '?cursor=%F0', '?&&='];
  const query = mostly(['?force=true', '?force=true&limit=1'], ...odd);
  const etags = ['"1"', '"2"', 'W/"1"', '', '"1", "2"', 'x'];
  const headers = fc.oneof(
    { weight: 3, arbitrary: mostly(['*'], ...etags).map((etag) => ({ 'if-match': etag })) },
    { weight: 2, arbitrary: mostly(['*'], ...etags).map((etag) => ({ 'if-none-match': etag })) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
  const [content] = Object.values(operation.requestBody?.content ?? {});
  const schema = content?.schema as Schema | undefined;
  const target = described.find((o) => o.path === operation.path && o.method === 'PUT');
  const [whole] = Object.values(target?.requestBody?.content ?? {});
  const body = !schema
    ? fc.constant(undefined)
    : operation.method === 'PATCH'
      ? patchesOf(whole?.schema as Schema)
      : valuesOf(schema);
  const as = fc.constantFrom(
    admin('example.com', 'new.example'),
    admin('*'),
    IAM,
    self('sip:bob@example.com'),
    self('dave@example.com'),
    undefined,
  );
  return fc.record({
    request: fc.tuple(path, query).map(([path, query]) => `${operation.method} /v1${path}${query}`),
    options: fc.record({ headers, body, as }).map((all): Call => all as Call),
  });
}

/** The answer itself is held to the document by `call`. */
test.each(described.map((operation) => [operation.operationId, operation] as const))(
  '%s answers whatever is sent with 2xx or a described 4xx',
  async (_, operation) => {
    await fc.assert(
      fc.asyncProperty(requestsOf(operation), async ({ request, options }) => {
        const { status } = await call(table, request, options);
        expect(
          status === 304 || (status >= 200 && status < 300) || (status >= 400 && status < 500),
        ).toBe(true);
      }),
      { numRuns: operation.requestBody ? 150 : 30 },
    );
  },
  120_000,
);

test('gets past the checks often enough to be worth it', async () => {
  const statuses: Record<number, number> = {};
  for (const operation of described.filter(({ method }) => method === 'PUT')) {
    for (const { request, options } of fc.sample(requestsOf(operation), {
      numRuns: 100,
      seed: 1,
    })) {
      const { status } = await call(table, request, { ...options, as: admin('*') });
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }
  for (const status of [200, 201, 409, 412, 422]) expect(statuses[status]).toBeGreaterThan(3);
});
