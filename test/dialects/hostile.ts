import fc from 'fast-check';
import type { HttpRequest } from '../../functions/http/http.ts';
import type { Call, Conformance } from './conformance.ts';
import { CALLED, type Called } from './world.ts';

/** What breaks out of a header, a URI, a form, JSON, XML or a dialplan, where somebody lets it. */
const PIECES = [
  '\r\n',
  '\n',
  '\r\nContact: <sip:evil@evil.example>\r\n',
  '%0d%0aContact:%20<sip:evil@evil.example>',
  '"',
  '\\"',
  "'",
  '<',
  '>',
  '>;reason=unconditional,<sip:evil@evil.example',
  ',',
  ';',
  '=',
  '&action=redirect&contact=sip%3Aevil%40evil.example',
  '&',
  '#',
  '%',
  '%00',
  '%zz',
  '%25%30%64',
  '+',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: FreeSWITCH and Asterisk expand it
  '${system(reboot)}',
  '$${hold_music}',
  '$[1+1]',
  ']]>',
  '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  '&e;',
  '&#0;',
  '&#x3c;action application="system" data="reboot"/&#x3e;',
  '</context></section></document>',
  '</AttributeValue><AttributeValue>+4990012345',
  '","action":"redirect","x":"',
  '__proto__',
  'constructor',
  '|:',
  'ARRAY::',
  '\u0000',
  '\u001b[2J',
  '\ud800',
  '\ufeff',
  '٠١٢',
  'ü',
  '😀',
];

const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(''));
const value = fc.oneof(
  { weight: 20, arbitrary: text },
  { weight: 1, arbitrary: text.map((one) => (one || 'x').repeat(65_536).slice(0, 65_536)) },
);

const call: fc.Arbitrary<Call> = fc.record(
  {
    called: fc.constantFrom(...(Object.keys(CALLED) as Called[])),
    display: value,
    callId: value,
    diversions: fc.array(
      fc.oneof(
        value,
        text.map((one) => `"${one}" <sip:zoe@example.com>;reason=user-busy`),
        text.map((one) => `<sip:${one}@example.com>;reason=${one}`),
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['called'] },
);

type Asked = Partial<HttpRequest>;
/** How a request goes wrong on its way; `at` is 0 to 1, a place in it. */
const mutations = fc.constantFrom<(sent: string, hostile: string, at: number) => string>(
  (sent) => sent,
  (sent, hostile, at) => {
    const place = Math.floor(sent.length * at);
    return sent.slice(0, place) + hostile + sent.slice(place);
  },
  (sent, hostile, at) => {
    const place = Math.floor(sent.length * at);
    return sent.slice(0, place) + hostile + sent.slice(place + hostile.length);
  },
  (sent, _, at) => sent.slice(0, Math.floor(sent.length * at)),
  // A field sent twice, a document behind a document.
  (sent) => `${sent}&${sent}`,
  (sent) => sent + sent,
  // UTF-8 read as ISO-8859-1, and ISO-8859-1 read as UTF-8.
  (sent) => Buffer.from(sent).toString('latin1'),
  (sent) => Buffer.from(sent, 'latin1').toString(),
  (_, hostile) => hostile,
);

/** Requests of a dialect with hostile values in every field that a call has, or broken as such. */
export function asked(dialect: Pick<Conformance, 'ask'>): fc.Arbitrary<Asked> {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  return fc
    .tuple(call, mutations, mutations, text, place)
    .map(([one, inBody, inQuery, hostile, at]) => {
      const { body, query, ...rest } = dialect.ask(one);
      return {
        ...rest,
        ...(body !== undefined && { body: inBody(body, hostile, at) }),
        ...(query !== undefined && { query: inQuery(query, hostile, at) }),
      };
    });
}
