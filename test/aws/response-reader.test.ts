import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NoResponse, ResponseReader } from '../../functions/aws/response-reader.ts';

/* RFC 9112: the end of a response is found, wherever its bytes are cut. */

const HEAD = 'HTTP/1.1 200 OK\r\n';

/** Gives a reader these pieces, and then the end of the connection where nothing completed it. */
function read(...pieces: (string | Uint8Array)[]) {
  const reader = new ResponseReader();
  for (const [i, piece] of pieces.entries()) {
    const response = reader.push(Buffer.from(piece as string));
    if (response === undefined) continue;
    expect(i, 'complete before the last piece').toBe(pieces.length - 1);
    return response;
  }
  return reader.end();
}

describe('a response', () => {
  test.each([
    ['with a length', `${HEAD}Content-Length: 2\r\n\r\n{}`, '{}', true],
    ['with an empty body', `${HEAD}content-length:0\r\n\r\n`, '', true],
    [
      'in chunks',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n`,
      '{"a":1}',
      true,
    ],
    [
      'in chunks, with a trailer',
      `${HEAD}transfer-encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n\r\n`,
      '{}',
      true,
    ],
    ['that ends with the connection', `${HEAD}Server: x\r\n\r\n{}`, '{}', false],
    [
      'after which the server closes',
      `${HEAD}Connection: Close\r\nContent-Length: 2\r\n\r\n{}`,
      '{}',
      false,
    ],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}', '{}', false],
    ['without a phrase', 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}', '{}', true],
    [
      'after an interim one',
      `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${HEAD}Content-Length: 2\r\n\r\n{}`,
      '{}',
      true,
    ],
    [
      'whose length is told twice alike',
      `${HEAD}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
      '{}',
      true,
    ],
  ])('%s', (_, text, body, keepAlive) => {
    expect(read(text)).toMatchObject({ status: 200, body, keepAlive });
    expect(read(...[...text])).toMatchObject({ status: 200, body, keepAlive });
  });

  test('without content has no body, whatever its head says', () => {
    expect(read('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n')).toMatchObject({
      status: 204,
      body: '',
    });
  });

  test('tells status and date', () => {
    const date = 'Sat, 28 Nov 2026 16:00:00 GMT';
    expect(
      read(`HTTP/1.1 400 Bad Request\r\nDate: ${date}\r\nContent-Length: 0\r\n\r\n`),
    ).toMatchObject({ status: 400, date });
  });
});

describe('what is none is refused', () => {
  test.each([
    ['another protocol', 'SSH-2.0-x\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['two lengths', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['a length that is no number', `${HEAD}Content-Length: +2\r\n\r\n{}`],
    [
      'a length beside chunks',
      `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['an unknown coding', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    [
      'two codings in two lines',
      `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a space before the colon', `${HEAD}Content-Length : 2\r\n\r\n{}`],
    ['a folded line', `${HEAD}A: b\r\n c: d\r\nContent-Length: 0\r\n\r\n`],
    ['a chunk without a size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n`],
    [
      'a chunk longer than its size',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`,
    ],
    ['more than the response', `${HEAD}Content-Length: 2\r\n\r\n{}${HEAD}`],
    ['more after the last chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP`],
    ['a head without an end', `${HEAD}${'A: b\r\n'.repeat(20_000)}`],
    ['a body without an end', `${HEAD}\r\n${'x'.repeat(5 << 20)}`],
    [
      'chunks without an end',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${`10000\r\n${'x'.repeat(65536)}\r\n`.repeat(70)}`,
    ],
    [
      'a line of a chunk without an end',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${'1'.repeat(70_000)}`,
    ],
  ])('%s', (_, text) => {
    expect(() => read(text)).toThrow(NoResponse);
  });

  test.each([
    ['the head', 'HTTP/1.1 200'],
    ['the body', `${HEAD}Content-Length: 3\r\n\r\n{}`],
    ['a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n{}`],
    ['the last chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`],
  ])('a connection that ends inside %s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('as Node writes it', () => {
  let port: number;
  let written: { body: string; cuts: readonly number[]; chunked: boolean };
  const server = createServer((_, response) => {
    const bytes = Buffer.from(written.body);
    if (!written.chunked) response.setHeader('content-length', bytes.length);
    response.setHeader('connection', 'close');
    let from = 0;
    for (const cut of [...written.cuts].sort((a, b) => a - b)) {
      const to = Math.min(cut, bytes.length);
      if (to > from) response.write(bytes.subarray(from, to));
      from = Math.max(from, to);
    }
    response.end(bytes.subarray(from));
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  test('in whatever pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.array(fc.nat(1_000), { maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.nat(2_000), { maxLength: 8 }),
        async (body, cuts, chunked, pieces) => {
          written = { body, cuts, chunked };
          const socket = connect(port, '127.0.0.1');
          socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
          const bytes = Buffer.concat(await socket.toArray());
          const at = [0, ...pieces.filter((cut) => cut < bytes.length), bytes.length].sort(
            (a, b) => a - b,
          );
          const parts = at.slice(1).map((to, i) => bytes.subarray(at[i], to));
          const all = parts.filter(({ length }) => length > 0);
          expect(read(...all)).toMatchObject({ status: 200, body, keepAlive: false });
        },
      ),
      { numRuns: 100 },
    );
  });
});
