import { parseJson } from '../answer/request.ts';
import type { RouteRequest } from '../decide/decision.ts';
import { Problem } from '../http/problem.ts';
import { ANONYMOUS, nameAddr } from './address.ts';
import type { Dialect } from './dialect.ts';
import { json } from './respond.ts';

/**
 * Kamailio: the document of the sipjson module with the native `headers` and `outcome` beside its
 * fields; the answer is the native one.
 *
 * Fields, all of sipjson_mod.c `sj_serialize` (5.6.3, run): `ru` `$ru`, `rU` `rd` its parts, `si`
 * the source address, `ci` Call-ID, `fU` `fd` of From, `tU` `td` of To (flag `t`), `rm` the method.
 * From's tag and display name are not among them: they come with `headers.From`, if at all. A
 * script may put Diversion beside them too, `jansson_set("string", "diversion", "$hdr(Diversion)")`.
 */
export const kamailio: Dialect = {
  name: 'kamailio',

  decode({ body }) {
    const sip = parseJson(body);
    if (typeof sip !== 'object' || sip === null || Array.isArray(sip)) {
      throw new Problem(400, 'body is not a JSON object.', 'body');
    }
    const field = (name: string): string => {
      const value = (sip as Record<string, unknown>)[name];
      return typeof value === 'string' ? value : '';
    };
    const requestUri = field('ru') || (field('rd') && uri(field('rU'), field('rd')));
    if (!requestUri) throw new Problem(400, 'ru, the Request-URI, is missing.', 'ru');
    const { headers, outcome } = sip as Pick<RouteRequest, 'headers' | 'outcome'>;
    const lines = withDiversion(
      headers == null ? undefined : headerLines(headers),
      field('diversion'),
    );
    return {
      callId: field('ci') || crypto.randomUUID(),
      requestUri,
      from:
        fromHeader(lines) ?? (field('fd') ? nameAddr(uri(field('fU'), field('fd'))) : ANONYMOUS),
      to: nameAddr(field('td') ? uri(field('tU'), field('td')) : requestUri),
      ...(field('si') && { sourceAddress: field('si') }),
      ...(lines !== undefined && { headers: lines }),
      ...(outcome != null && { outcome: legOutcome(outcome) }),
    };
  },

  encode: (answer) => json(answer),
};

/** User parts are as on the wire: escaped. */
function uri(user: string, host: string): string {
  return user === '' ? `sip:${host}` : `sip:${user}@${host}`;
}

type Headers = NonNullable<RouteRequest['headers']>;

function fromHeader(headers: Headers | undefined): string | undefined {
  const found = Object.entries(headers ?? {}).find(([name]) => /^(?:from|f)$/i.test(name));
  const value = found && [found[1]].flat()[0];
  return value || undefined;
}

/** `headers` with the Diversion that stands beside it, where it has none of its own. */
function withDiversion(headers: Headers | undefined, diversion: string): Headers | undefined {
  if (!diversion || Array.isArray(headers) || typeof (headers ?? {}) !== 'object') return headers;
  if (Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'diversion')) return headers;
  return { ...headers, ...headerLines({ Diversion: diversion }) };
}

function legOutcome(
  outcome: NonNullable<RouteRequest['outcome']>,
): NonNullable<RouteRequest['outcome']> {
  if (outcome.headers == null) return outcome;
  return { ...outcome, headers: headerLines(outcome.headers) };
}

/** Several headers of one name arrive in one string, joined by CRLF; a folded line stays one. */
function headerLines(headers: Headers): Headers {
  if (typeof headers !== 'object' || Array.isArray(headers)) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.split(/\r?\n(?![ \t])/).filter((line) => line) : value,
    ]),
  );
}
