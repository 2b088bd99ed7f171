import fc from 'fast-check';
import type { Asked } from '../soak/gateway.ts';
import type { Valid } from './valid.ts';

/** What breaks out of something, somewhere. */
const PIECES = [
  ...['\r\n', '\n', '\u0000', '"', "'", '\\', '<', '>', ',', ';', '=', '&', '#', '%', '%00', '%zz'],
  ...['%0d%0aContact:%20<sip:evil@evil.example>', '>;q=1,<sip:evil@evil.example', '@', ':', '/..'],
  ...['__proto__', 'constructor', 'toString', ']]>', '<!DOCTYPE r [<!ENTITY e "x">]>', '&e;', '{}'],
  ...['\ud800', '\ufeff', 'ü', '٠١٢', '1e999', '-0', 'NaN', '*72', '+49', 'tel:', 'sip:', 'urn:'],
  ...['sip:[::1]', 'a'.repeat(4_000), '('.repeat(500), '"\\'.repeat(500), ';a=b'.repeat(500)],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 4,
  })
  .map((pieces) => pieces.join(''));
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const strange = fc.oneof(
  text,
  fc.constantFrom<unknown>(null, true, 0, -1, 1e21, 486, 2 ** 53, [], {}, [[]], ['']),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(300, 20_000).map(nested),
);

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < Math.min(depth, 3_000); i++) value = i % 2 ? [value] : { a: value };
  return value;
}

/** One text goes wrong: something put in, over or at the end of it, or taken away. */
const broken = (sent: string): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(6), text, place).map(([how, other, at]) => {
    const i = Math.floor(sent.length * at);
    return [
      sent.slice(0, i) + other + sent.slice(i),
      sent.slice(0, i) + other + sent.slice(i + other.length),
      sent.slice(0, i),
      sent + sent,
      other,
      sent.slice(0, i) + sent.slice(i + 1),
      Buffer.from(sent).toString('latin1'),
    ][how] as string;
  });

/** One value somewhere in a structure goes wrong, is left out or stands there twice. */
function bent(value: unknown): fc.Arbitrary<unknown> {
  const here = fc.oneof(strange, typeof value === 'string' ? broken(value) : strange);
  if (typeof value !== 'object' || value === null) return here;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  if (entries.length === 0) return here;
  const inside = fc.nat(entries.length - 1).chain((i) => {
    const [name, one] = entries[i] as [string, unknown];
    const without = Object.fromEntries(entries.filter((_, j) => j !== i));
    return fc.oneof(
      { weight: 8, arbitrary: bent(one).map((other) => ({ ...without, [name]: other })) },
      { weight: 1, arbitrary: fc.constant(without) },
      { weight: 1, arbitrary: text.map((other) => ({ ...value, [other]: one })) },
    );
  });
  const whole = inside.map((other) => (Array.isArray(value) ? Object.values(other) : other));
  return fc.oneof({ weight: 12, arbitrary: whole }, { weight: 1, arbitrary: here });
}

/** Some values in turn. */
const bentTimes = (value: unknown, times: number): fc.Arbitrary<unknown> =>
  times === 0 ? fc.constant(value) : bent(value).chain((next) => bentTimes(next, times - 1));

function bodyOf(valid: Valid): fc.Arbitrary<string | Buffer> {
  const { json, form, body = '' } = valid;
  const right = json ? JSON.stringify(json) : form ? print(form) : body.toString();
  const structure = json ?? form;
  const inside =
    structure === undefined
      ? broken(right).chain((one) => fc.oneof(fc.constant(one), broken(one)))
      : fc
          .integer({ min: 1, max: 3 })
          .chain((times) => bentTimes(structure, times))
          .map((value) => (json ? (JSON.stringify(value) ?? '') : print(value)));
  return fc.oneof(
    { weight: 12, arbitrary: inside },
    { weight: 2, arbitrary: broken(right) },
    { weight: 2, arbitrary: fc.constant(right) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(70_000)) },
  );
}

function print(fields: unknown): string {
  // `String` would call a `toString` that is no function.
  const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  if (typeof fields !== 'object' || fields === null) return shown(fields);
  const pairs = Object.entries(fields);
  return pairs.map(([name, value]) => `${encoded(name)}=${encoded(shown(value))}`).join('&');
}
const encoded = (value: string) => encodeURIComponent(value.toWellFormed());

/** As a client may put it on a request line. */
const onTheLine = (path: string) =>
  `/${path.replace(/^\//, '').replace(/[^\x21-\x7e]/g, (c) => encoded(c))}`;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Requests that are right but for some part of them. */
export function requestsFrom(valid: readonly Valid[]): fc.Arbitrary<Asked> {
  return fc.constantFrom(...valid).chain((one) => {
    const same = <T>(value: T, other: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
    const headers = { ...one.headers };
    const names = Object.keys(headers);
    const otherHeaders = fc
      .tuple(fc.constantFrom('', ...names), text)
      .map(([name, value]) => ({ ...headers, ...(name && { [name]: printable(value) }) }));
    return fc.record({
      method: same(one.method, fc.constantFrom(...METHODS)),
      path: same(one.path, broken(one.path).map(onTheLine)),
      headers: same(headers, otherHeaders),
      body: bodyOf(one),
    });
  });
}

/** What Node lets a client send in a header. */
const printable = (value: string) => value.replace(/[^\x20-\x7e]/g, '');

/** Bytes that need not be HTTP at all. */
export function rawFrom(valid: readonly Valid[]): fc.Arbitrary<Buffer> {
  const whole = requestsFrom(valid).map(({ method, path, headers = {}, body = '' }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}`;
    return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  });
  return fc.oneof(
    whole.chain(broken).map((sent) => Buffer.from(sent)),
    fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
  );
}
