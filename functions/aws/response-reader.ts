import { Buffer } from 'node:buffer';

/** What a server answered, whole. */
export interface RawResponse {
  readonly status: number;
  /** The header `Date`. */
  readonly date: string | undefined;
  /** UTF-8. */
  readonly body: string;
  /** Whether the connection can carry another request. */
  readonly keepAlive: boolean;
}

/** What came is no response of HTTP/1.1; the connection is of no more use. */
export class NoResponse extends Error {
  override readonly name = 'NoResponse';
}

const MAX_HEAD = 64 * 1024;
/** An item has 400 KB at most, six times as much where JSON escapes every character. */
const MAX_BODY = 4 * 1024 * 1024;

/** How the end of a body is found. */
type Framing = { readonly length: number } | 'chunked' | 'until-close';

interface Head {
  readonly status: number;
  readonly date: string | undefined;
  readonly framing: Framing;
  readonly keepAlive: boolean;
}

/**
 * Reads the response to one request out of the bytes of its connection (RFC 9112), in whatever
 * pieces they come. What could be read in two ways is refused: the next response on the connection
 * would be taken for another.
 */
export class ResponseReader {
  #data: Buffer = Buffer.alloc(0);
  #head: Head | undefined;
  /** Of a chunked body: what is read of it. */
  #chunks: Buffer[] = [];
  #length = 0;

  /** @returns the response, where this completes it @throws {NoResponse} */
  push(bytes: Buffer): RawResponse | undefined {
    this.#data = this.#data.length === 0 ? bytes : Buffer.concat([this.#data, bytes]);
    while (this.#head === undefined) {
      const end = this.#data.indexOf('\r\n\r\n');
      if (end > MAX_HEAD || (end < 0 && this.#data.length > MAX_HEAD)) fail('its head has no end');
      if (end < 0) return undefined;
      const head = parseHead(this.#data.toString('latin1', 0, end));
      this.#data = this.#data.subarray(end + 4);
      // RFC 9110 §15.2: any number of these may come before the response.
      if (head.status >= 200) this.#head = head;
    }
    const { framing } = this.#head;
    if (framing === 'chunked') return this.#readChunks(this.#head);
    if (this.#data.length > MAX_BODY) fail('its body is too long');
    if (framing === 'until-close' || this.#data.length < framing.length) return undefined;
    if (this.#data.length > framing.length) fail('more came than was asked for');
    return this.#response(this.#head, this.#data);
  }

  /** The connection was closed. @returns the response, where only that ends it */
  end(): RawResponse | undefined {
    return this.#head?.framing === 'until-close'
      ? this.#response(this.#head, this.#data)
      : undefined;
  }

  /** RFC 9112 §7.1. Trailers and extensions say nothing that we ask. */
  #readChunks(head: Head): RawResponse | undefined {
    for (;;) {
      const line = this.#data.indexOf('\r\n');
      if (line > MAX_HEAD || (line < 0 && this.#data.length > MAX_HEAD)) fail('a line has no end');
      if (line < 0) return undefined;
      const size = /^([0-9a-f]{1,8})[ \t]*(?:;|$)/i.exec(
        this.#data.toString('latin1', 0, line),
      )?.[1];
      if (size === undefined) return fail('a chunk has no size');
      const length = Number.parseInt(size, 16);
      if (length === 0) return this.#readTrailers(head, line);
      if (this.#length + length > MAX_BODY) fail('its body is too long');
      const begin = line + 2;
      if (this.#data.length < begin + length + 2) return undefined;
      if (this.#data.toString('latin1', begin + length, begin + length + 2) !== '\r\n') {
        fail('a chunk is longer than its size');
      }
      this.#chunks.push(this.#data.subarray(begin, begin + length));
      this.#length += length;
      this.#data = this.#data.subarray(begin + length + 2);
    }
  }

  /** @param line where the line of the last chunk ends */
  #readTrailers(head: Head, line: number): RawResponse | undefined {
    const end = this.#data.indexOf('\r\n\r\n', line);
    if (end < 0) return this.#data.length > MAX_HEAD ? fail('its trailers have no end') : undefined;
    if (this.#data.length > end + 4) fail('more came than was asked for');
    return this.#response(head, Buffer.concat(this.#chunks));
  }

  #response({ status, date, keepAlive }: Head, body: Buffer): RawResponse {
    return { status, date, body: body.toString(), keepAlive };
  }
}

function parseHead(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const [, version, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? [];
  if (code === undefined) return fail('its first line is no status');
  const status = Number(code);
  if (status === 101) return fail('it changes the protocol');
  let date: string | undefined;
  let length: string | undefined;
  let coding: string | undefined;
  let keepAlive = version === '1';
  for (const line of lines) {
    const colon = line.indexOf(':');
    // No space before the colon and no folded line: RFC 9112 §5.1, §5.2.
    if (colon < 1 || !/^[^\s]+$/.test(line.slice(0, colon))) return fail('a header has no name');
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).toLowerCase()) {
      case 'date':
        date = value;
        break;
      case 'content-length':
        if (!/^\d{1,15}$/.test(value) || (length ?? value) !== value) {
          return fail('its length is none');
        }
        length = value;
        break;
      case 'transfer-encoding':
        coding = coding === undefined ? value : `${coding}, ${value}`;
        break;
      case 'connection':
        if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)) keepAlive = false;
    }
  }
  // RFC 9112 §6.3: both at once may be somebody's trick.
  if (coding !== undefined && length !== undefined) return fail('its length is given twice');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return fail('its coding is unknown');
  const none = status < 200 || status === 204 || status === 304;
  const framing = none
    ? { length: 0 }
    : coding !== undefined
      ? 'chunked'
      : length !== undefined
        ? { length: Number(length) }
        : 'until-close';
  return { status, date, framing, keepAlive: keepAlive && framing !== 'until-close' };
}

function fail(why: string): never {
  throw new NoResponse(`what came is no response: ${why}`);
}
