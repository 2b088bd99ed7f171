/**
 * As much of the query language of CloudWatch Logs Insights as calls are looked for with: `fields`,
 * `filter` with fields that equal texts, joined by `and`, `sort` by a field, `limit`. What else the
 * language has is refused here, so that nothing passes that was never run.
 */
export interface LogsQuery {
  readonly fields: readonly string[];
  /** Fields and their values, all of which must be so. */
  readonly equal: readonly (readonly [field: string, value: string])[];
  readonly sort?: { readonly field: string; readonly descending: boolean };
  readonly limit: number;
}

/** A query that is none. */
export class MalformedQuery extends Error {
  override readonly name = 'MalformedQueryException';
}

/** Letters, digits, `@` and `.`: a field of another name stands between backticks. */
const FIELD = String.raw`(?:[@A-Za-z0-9.]+|\`[^\`]+\`)`;
/** How a quote is escaped the guide does not say. */
const TEXT = String.raw`(?:"[^"\\]*"|'[^'\\]*')`;
const EQUALS = new RegExp(String.raw`^(${FIELD})\s*=\s*(${TEXT})$`);
/** The service's own default and most. */
const MOST = 10_000;

/** @throws {MalformedQuery} */
export function parseQuery(query: string): LogsQuery {
  let parsed: LogsQuery = { fields: ['@timestamp', '@message'], equal: [], limit: MOST };
  for (const command of splitOutside(query, /^\s*\|\s*/)) {
    const [, name = '', rest = ''] = /^\s*(\w+)\s+([\s\S]*?)\s*$/.exec(command) ?? [];
    parsed = { ...parsed, ...part(name.toLowerCase(), rest, parsed) };
  }
  return parsed;
}

function part(name: string, rest: string, before: LogsQuery): Partial<LogsQuery> {
  switch (name) {
    case 'fields':
      return { fields: rest.split(/\s*,\s*/).map(fieldIn) };
    case 'filter':
      return {
        equal: [
          ...before.equal,
          ...splitOutside(rest, /^\s+and\s+/i).map((test) => {
            const [, field, value] = EQUALS.exec(test) ?? [];
            if (field === undefined || value === undefined) throw new MalformedQuery(test);
            return [fieldIn(field), value.slice(1, -1)] as const;
          }),
        ],
      };
    case 'sort': {
      const [, field = '', order = 'asc'] = /^(\S+)(?:\s+(asc|desc))?$/i.exec(rest) ?? [];
      return { sort: { field: fieldIn(field), descending: order.toLowerCase() === 'desc' } };
    }
    case 'limit': {
      const limit = Number(rest);
      if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw new MalformedQuery(rest);
      return { limit };
    }
    default:
      throw new MalformedQuery(`no command ${name} here`);
  }
}

function fieldIn(text: string): string {
  if (!new RegExp(`^${FIELD}$`).test(text)) throw new MalformedQuery(`${text} is no field`);
  return text.replaceAll('`', '');
}

/** Cuts where nothing quotes. */
function splitOutside(text: string, separator: RegExp): string[] {
  const quoted = new RegExp(`^${TEXT}`);
  const parts = [''];
  for (let rest = text; rest !== ''; ) {
    const cut = separator.exec(rest)?.[0];
    const taken = cut ?? quoted.exec(rest)?.[0] ?? rest.charAt(0);
    if (cut === undefined) parts.push((parts.pop() ?? '') + taken);
    else parts.push('');
    rest = rest.slice(taken.length);
  }
  return parts;
}

/** A line with what the service finds in it: fields of JSON by their paths, and its own. */
export interface LoggedEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  readonly json: unknown;
}

/** What a query finds, as rows of fields and values. */
export function runQuery(
  { fields, equal, sort, limit }: LogsQuery,
  events: readonly LoggedEvent[],
): { readonly field: string; readonly value: string }[][] {
  const found = events.filter((event) =>
    equal.every(([field, value]) => valueIn(event, field) === value),
  );
  if (sort) {
    const { field, descending } = sort;
    const key = (event: LoggedEvent) => valueIn(event, field) ?? '';
    const sign = descending ? -1 : 1;
    found.sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  }
  return found.slice(0, limit).map((event) =>
    fields.flatMap((field) => {
      const value = valueIn(event, field);
      return value === undefined ? [] : [{ field, value }];
    }),
  );
}

function valueIn({ timestamp, message, json }: LoggedEvent, field: string): string | undefined {
  if (field === '@message') return message;
  // As the service writes it: UTC, with milliseconds and without a zone.
  if (field === '@timestamp') return new Date(timestamp).toISOString().replace(/T|Z/g, ' ').trim();
  const value = field
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], json);
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}
