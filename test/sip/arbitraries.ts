import fc from 'fast-check';
import {
  type Param,
  printUri,
  type SipUri,
  type TelUri,
  type Uri,
  type UrnUri,
} from '../../functions/sip/uri.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const MARKS = "-_.!~*'()";

function text(chars: string, minLength = 1, maxLength = 8) {
  return fc.string({ unit: fc.constantFrom(...chars), minLength, maxLength });
}

/** RFC 3261 §25.1 `*( chars / escaped )`. */
function escapable(chars: string, minLength = 1) {
  const escaped = fc.nat(255).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
  const plain = fc.constantFrom(...chars);
  const unit = fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: escaped });
  return fc.string({ unit, minLength, maxLength: 10 });
}

const UNRESERVED = LETTERS + DIGITS + MARKS;
const paramText = escapable(`${UNRESERVED}[]/:&+$`);
const param: fc.Arbitrary<Param> = fc.tuple(
  fc.oneof(paramText, fc.constantFrom('transport', 'user', 'maddr', 'cause', 'lr', 'dv')),
  fc.option(paramText, { nil: undefined }),
);
const params = fc.array(param, { maxLength: 4 });

const label = text('abcdefghijklmnopqrstuvwxyz0123456789_');
const host = fc.oneof(
  fc
    .tuple(fc.array(label, { maxLength: 3 }), text('abcdefghijklmnopqrstuvwxyz'))
    .map(([labels, top]) => [...labels, top].join('.')),
  fc.ipV4(),
  fc.ipV6().map((address) => (URL.parse(`sip://[${address}]`) as URL).host),
);

/** Every SIP URI that `parseUri` can give. */
export const sipUri: fc.Arbitrary<SipUri> = fc
  .record({
    scheme: fc.constantFrom('sip', 'sips'),
    user: fc.option(escapable(`${UNRESERVED}&=+$,;?/`), { nil: undefined }),
    password: fc.option(escapable(`${UNRESERVED}&=+$,`, 0), { nil: undefined }),
    host,
    port: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
    params,
    headers: fc.option(
      fc
        .array(fc.tuple(paramText, paramText), { minLength: 1, maxLength: 3 })
        .map((headers) => headers.map(([name, value]) => `${name}=${value}`).join('&')),
      { nil: undefined },
    ),
  })
  .map((uri) => (uri.user === undefined ? { ...uri, password: undefined } : uri));

const telUri: fc.Arbitrary<TelUri> = fc
  .tuple(
    fc.oneof(
      text(`${DIGITS}-.()`).map((digits) => `+${digits}0`),
      text(`${DIGITS}ABCDEF*#-.()`).map((digits) => `${digits}0`),
    ),
    params,
  )
  .map(([number, params]) => ({ scheme: 'tel', number, params }));

const urnUri: fc.Arbitrary<UrnUri> = fc
  .tuple(fc.constantFrom('service', 'gsma', 'x-y'), escapable('abc019-._~!$&()*+,;=:@/'))
  .map(([namespace, name]) => ({ scheme: 'urn', value: `${namespace}:${name}` }));

export const uri: fc.Arbitrary<Uri> = fc.oneof(
  { weight: 4, arbitrary: sipUri },
  { weight: 1, arbitrary: telUri },
  { weight: 1, arbitrary: urnUri },
);

/** Pieces of values, and what breaks them. */
const piece = fc.constantFrom(
  ...'sip: tel: urn: alice example.com 4930 @ : ; , < > " \\ % %41 %00 %0d %ff ? & = [ ] [::1] * # . -'.split(
    ' ',
  ),
  ...['é', '📞', ';tag=1', ';index=1', ';reason=', ';counter=2', '?Reason=', ';mp=1', '<sip:a@h>'],
  ...[' ', '\t', '\r\n', '\r\n ', '\0', '\ud800'],
);

const whole = fc
  .tuple(
    uri,
    fc.constantFrom(['', ''], ['<', '>;index=1;reason=x'], ['"a,b" <', '>;index=1.1;mp=1']),
  )
  .map(([value, [before, after]]) => before + printUri(value) + after);

const damaged = fc
  .tuple(whole, fc.array(fc.tuple(fc.nat(60), piece), { maxLength: 2 }))
  .map(([value, changes]) =>
    changes.reduce((text, [at, inserted]) => text.slice(0, at) + inserted + text.slice(at), value),
  );

/** Values, nearly values, and text that is nothing at all. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: damaged },
  { weight: 1, arbitrary: fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
