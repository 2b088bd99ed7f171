/**
 * The query language of CloudWatch Logs Insights, as far as its user guide fixes it and this project
 * uses it. Written from the guide alone ("CloudWatch Logs Insights query syntax": the chapters on the
 * commands, on operations and functions, on regular expressions, on aliases and on fields with special
 * characters), so that a query which only our own local reader understands fails here. Of what the
 * guide leaves open nothing is allowed: it does not say how a quote is escaped in a text.
 *
 *     query    = command *( "|" command )
 *     command  = "fields" expr *( "," expr ) / "filter" test / "stats" call *( "," call ) [ "by" … ]
 *              / "sort" field [ "asc" / "desc" ] / "limit" number
 *     test     = and *( "or" and ) ; and = not *( "and" not ) ; not = [ "not" ] ( "(" test ")" / compared )
 *     compared = call / value ( "=" / "!=" / "<" / "<=" / ">" / ">=" ) value / field ( "like" / "=~" ) ( text / regex )
 *     field    = 1*( ALPHA / DIGIT / "@" / "." ) / "`" … "`"
 *     text     = a quoted text of either kind, without a quote or a backslash in it
 */
export function judge(query: string): void {
  const reader = new Reader(tokensOf(query));
  do command(reader);
  while (reader.take('|'));
  reader.end();
}

/** What the guide lists, as far as we use it; how many arguments. */
const FUNCTIONS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  ispresent: [1, 1],
  count: [0, 1],
  avg: [1, 1],
  max: [1, 1],
  min: [1, 1],
  pct: [2, 2],
  bin: [1, 1],
};

/** 10,000 is the most that a query returns. */
const MOST = 10_000;

type Kind = 'word' | 'name' | 'text' | 'regex' | 'number' | 'sign';
interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const TOKENS: readonly (readonly [Kind, RegExp])[] = [
  ['number', /^\d+(?:\.\d+)?(?![\w@.])/],
  ['word', /^[A-Za-z0-9@.]+(?![_-])/],
  ['name', /^`[^`]+`/],
  ['text', /^"[^"\\]*"|^'[^'\\]*'/],
  ['regex', /^\/(?:[^/\\]|\\.)+\//],
  ['sign', /^(?:!=|<=|>=|=~|[=<>|,()*])/],
];

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  for (let rest = query.trimStart(); rest !== ''; ) {
    const [kind, text] = TOKENS.map(([kind, is]) => [kind, is.exec(rest)?.[0]] as const).find(
      ([, text]) => text !== undefined,
    ) ?? ['sign', undefined];
    if (text === undefined) throw new SyntaxError(`the guide has no ${rest.slice(0, 20)}`);
    tokens.push({ kind, text });
    rest = rest.slice(text.length).trimStart();
  }
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  next(...kinds: readonly Kind[]): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined || !kinds.includes(token.kind)) {
      throw new SyntaxError(`${kinds.join(' or ')} is missing at ${token?.text ?? 'the end'}`);
    }
    return token;
  }

  take(...texts: readonly string[]): string | undefined {
    const token = this.#tokens[this.#at];
    const isMark = token?.kind === 'word' || token?.kind === 'sign';
    if (!isMark || !texts.includes(token.text)) return undefined;
    this.#at += 1;
    return token.text;
  }

  isCall(): boolean {
    return this.#tokens[this.#at]?.kind === 'word' && this.#tokens[this.#at + 1]?.text === '(';
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token) throw new SyntaxError(`${token.text} is too much`);
  }
}

function command(reader: Reader): void {
  const name = reader.next('word').text;
  switch (name) {
    case 'fields':
      list(reader, expression);
      return;
    case 'filter':
      test(reader);
      return;
    case 'stats':
      list(reader, call);
      if (reader.take('by')) list(reader, expression);
      return;
    case 'sort':
      field(reader);
      reader.take('asc', 'desc');
      return;
    case 'limit': {
      const count = Number(reader.next('number').text);
      if (!Number.isInteger(count) || count < 1 || count > MOST) {
        throw new SyntaxError(`limit ${count} is none`);
      }
      return;
    }
    default:
      throw new SyntaxError(`${name} is no command that is used here`);
  }
}

function list(reader: Reader, one: (reader: Reader) => void): void {
  do one(reader);
  while (reader.take(','));
}

const field = (reader: Reader): Token => reader.next('word', 'name');

function expression(reader: Reader): void {
  if (reader.isCall()) call(reader);
  else field(reader);
}

function call(reader: Reader): void {
  const name = reader.next('word').text;
  const [least, most] = FUNCTIONS[name] ?? [];
  if (least === undefined || most === undefined) throw new SyntaxError(`${name} is no function`);
  reader.take('(') ?? reader.next();
  let count = 0;
  while (!reader.take(')')) {
    if (count > 0 && !reader.take(',')) reader.next();
    if (!(name === 'count' && reader.take('*'))) reader.next('word', 'name', 'text', 'number');
    count += 1;
  }
  if (count < least || count > most) throw new SyntaxError(`${name} takes ${least} to ${most}`);
}

function test(reader: Reader): void {
  do {
    do {
      reader.take('not');
      if (reader.take('(')) {
        test(reader);
        reader.take(')') ?? reader.next();
      } else compared(reader);
    } while (reader.take('and'));
  } while (reader.take('or'));
}

function compared(reader: Reader): void {
  if (reader.isCall()) {
    call(reader);
    return;
  }
  field(reader);
  if (reader.take('like', '=~')) {
    reader.next('text', 'regex');
    return;
  }
  reader.take('=', '!=', '<', '<=', '>', '>=') ?? reader.next();
  reader.next('text', 'number');
}
