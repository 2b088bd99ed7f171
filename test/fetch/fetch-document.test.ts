import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFetch } from '../../functions/fetch/fetch-document.ts';
import { PUBLIC, Web } from './web.ts';

/* What docs/semantics.md#calendars-by-address promises of a fetch, over real TLS. */

const HOST = 'calendars.example.net';
const ADDRESS = `https://${HOST}/holidays.ics`;
const LIMITS = { bytes: 2 << 20, milliseconds: 10_000, redirects: 3 };

let web: Web;
beforeAll(async () => {
  web = await Web.start([HOST, 'other.example.net']);
});
afterAll(() => web.stop());
beforeEach(() => web.clear());

const get = (address = ADDRESS, known = {}, limits = LIMITS) =>
  createFetch(web.network, limits)(address, known);
const serve = (body: string | Buffer, headers = {}, path = '/holidays.ics') =>
  web.pages.set(HOST + path, (_, response) => response.writeHead(200, headers).end(body));
const lead = (from: string, to: string, status = 302) =>
  web.pages.set(HOST + from, (_, response) => response.writeHead(status, { location: to }).end());
const textOf = (fetched: Awaited<ReturnType<typeof get>>) =>
  fetched.is === 'new' ? Buffer.from(fetched.body).toString() : fetched.is;

describe('what is got', () => {
  test('the body and what tells versions apart', async () => {
    serve('BEGIN', { etag: '"1"', 'last-modified': 'Sat, 28 Nov 2026 08:00:00 GMT' });
    expect(await get()).toEqual({
      is: 'new',
      body: Buffer.from('BEGIN'),
      etag: '"1"',
      lastModified: 'Sat, 28 Nov 2026 08:00:00 GMT',
    });
    expect(web.connections).toEqual([`${PUBLIC} ${HOST}`]);
  });

  test('decompressed', async () => {
    serve(gzipSync('BEGIN'), { 'content-encoding': 'gzip' });
    expect(textOf(await get())).toBe('BEGIN');
  });

  test('nothing where it is unchanged (RFC 9110 §13.1)', async () => {
    web.pages.set(`${HOST}/holidays.ics`, ({ headers }, response) => {
      const same = headers['if-none-match'] === '"1"' && headers['if-modified-since'] === 'then';
      response.writeHead(same ? 304 : 200).end();
    });
    expect(await get(ADDRESS, { etag: '"1"', lastModified: 'then' })).toEqual({ is: 'unchanged' });
  });

  test.each([301, 302, 303, 307, 308])('%i leads on, three times', async (status) => {
    lead('/holidays.ics', '/a', status);
    lead('/a', `https://${HOST}/b`, status);
    lead('/b', `https://other.example.net/c`, status);
    web.pages.set('other.example.net/c', (_, response) => response.end('BEGIN'));
    expect(textOf(await get())).toBe('BEGIN');
  });

  test('from the next address where one does not answer', async () => {
    serve('BEGIN');
    const second = '192.0.43.9';
    web.names.set(HOST, [[PUBLIC, second]]);
    const { connect } = web.network;
    const dead = (address: string, host: string) => {
      const socket = connect(address, host);
      if (address === PUBLIC) socket.destroy(new Error('no route'));
      return socket;
    };
    const fetched = await createFetch({ ...web.network, connect: dead })(ADDRESS);
    expect(textOf(fetched)).toBe('BEGIN');
    expect(web.connections).toEqual([`${PUBLIC} ${HOST}`, `${second} ${HOST}`]);
  });
});

describe('what is refused', () => {
  test.each([
    ['http://calendars.example.net/holidays.ics', 'must begin with https://'],
    ['ftp://calendars.example.net/holidays.ics', 'must begin with https://'],
    ['file:///etc/passwd', 'must begin with https://'],
    ['https://calendars.example.net:8443/holidays.ics', 'must be on port 443'],
    ['https://calendars.example.net:80/holidays.ics', 'must be on port 443'],
    ['https://bob:secret@calendars.example.net/', 'must not have a user or a password in it'],
    ['holidays.ics', 'is no address'],
  ])('%s: %s', async (address, why) => {
    await expect(get(address)).rejects.toThrow(why);
    lead('/holidays.ics', address);
    if (address.includes('://')) await expect(get()).rejects.toThrow(`leads to what ${why}`);
    expect(web.connections.length).toBeLessThan(2);
  });

  test.each([
    ['127.0.0.1', 'a loopback'],
    ['10.1.2.3', 'a private'],
    ['100.100.100.200', 'a private'],
    ['169.254.169.254', 'a link-local'],
    ['168.63.129.16', 'a metadata'],
    ['::1', 'a loopback'],
    ['::ffff:8.8.8.8', 'a mapped IPv4'],
    ['64:ff9b::808:808', 'a translated IPv4'],
    ['fd00:ec2::254', 'a private'],
    ['fe80::1', 'a link-local'],
    ['192.0.43.200', "this machine's own"],
  ])('a host at %s, which is %s address', async (address, kind) => {
    serve('BEGIN');
    const why = `is at ${address}, which is ${kind} address`;
    web.names.set(HOST, [[address]]);
    await expect(get()).rejects.toThrow(why);
    web.names.set(HOST, [[PUBLIC, address]]);
    await expect(get()).rejects.toThrow(why);
    expect(web.connections).toEqual([]);
  });

  test.each([
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data/',
  ])('%s, first or as a redirect', async (address) => {
    await expect(get(address)).rejects.toThrow(/^is at .*, which is a/);
    lead('/holidays.ics', address);
    await expect(get()).rejects.toThrow(/^is at .*, which is a/);
    expect(web.connections).toEqual([`${PUBLIC} ${HOST}`]);
  });

  test('a redirect to a host that is inside', async () => {
    lead('/holidays.ics', 'https://inside.example.net/');
    web.names.set('inside.example.net', [['192.168.0.1']]);
    await expect(get()).rejects.toThrow('is at 192.168.0.1, which is a private address');
  });

  test('a name that means something else a moment later: what was judged is connected to', async () => {
    serve('BEGIN');
    web.names.set(HOST, [[PUBLIC], ['127.0.0.1']]);
    expect(textOf(await get())).toBe('BEGIN');
    expect(web.connections).toEqual([`${PUBLIC} ${HOST}`]);
    // The next hop asks again, and is judged again.
    web.names.set(HOST, [[PUBLIC], ['127.0.0.1']]);
    lead('/again', '/holidays.ics');
    await expect(get(`https://${HOST}/again`)).rejects.toThrow('a loopback address');
    expect(web.connections).toHaveLength(2);
  });

  test('a fourth redirect', async () => {
    for (const [from, to] of ['/a', '/b', '/c', '/d', '/e'].entries()) {
      lead(from === 0 ? '/holidays.ics' : (['/a', '/b', '/c', '/d'][from - 1] ?? ''), to);
    }
    await expect(get()).rejects.toThrow('leads on more than 3 times');
    expect(web.requests).toHaveLength(4);
  });

  test.each([
    ['a certificate of another host', 'https://elsewhere.example.net/', /^can't be read \(ERR_TLS/],
    ['404', `https://${HOST}/nothing`, /^answers 404$/],
  ])('%s', async (_, address, why) => {
    await expect(get(address)).rejects.toThrow(why);
  });

  test('304 where nothing is known', async () => {
    web.pages.set(`${HOST}/holidays.ics`, (_, response) => response.writeHead(304).end());
    await expect(get()).rejects.toThrow('answers 304');
  });

  test('a host without an address', async () => {
    web.names.set(HOST, [[]]);
    await expect(get()).rejects.toThrow("can't be read (no address)");
  });

  test.each([
    ['as it is', (bytes: Buffer) => bytes, {}],
    ['compressed to next to nothing', (b: Buffer) => gzipSync(b), { 'content-encoding': 'gzip' }],
  ])('more than 2 MB, %s', async (_, sent, headers) => {
    serve(sent(Buffer.alloc(2 << 20, 'x')), headers);
    expect(textOf(await get())).toHaveLength(2 << 20);
    serve(sent(Buffer.alloc((2 << 20) + 1, 'x')), headers);
    await expect(get()).rejects.toThrow('is larger than 2 MB');
  });

  test('a bomb: it is not unpacked', async () => {
    serve(gzipSync(Buffer.alloc(256 << 20)), { 'content-encoding': 'gzip' });
    const before = process.memoryUsage().arrayBuffers;
    await expect(get()).rejects.toThrow('is larger than 2 MB');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });

  test('compressed members without end and without content', async () => {
    const empty = gzipSync('');
    serve(Buffer.concat(Array(200_000).fill(empty)), { 'content-encoding': 'gzip' });
    await expect(get()).rejects.toThrow('is larger than 2 MB');
  });

  test('an encoding that was not asked for', async () => {
    serve('BEGIN', { 'content-encoding': 'br' });
    await expect(get()).rejects.toThrow('answers in an encoding that was not asked for, br');
  });

  test.each([
    ['is not compressed as it says', (body: Buffer) => body, 'Z_DATA_ERROR'],
    ['ends too soon', (body: Buffer) => gzipSync(body).subarray(0, 30), 'Z_BUF_ERROR'],
  ])('a body that %s', async (_, sent, code) => {
    serve(sent(Buffer.from('BEGIN:VCALENDAR '.repeat(40))), { 'content-encoding': 'gzip' });
    await expect(get()).rejects.toThrow(`can't be read (${code})`);
  });

  const soon = { ...LIMITS, milliseconds: 300 };
  test.each([
    ['answers nothing', () => {}],
    [
      'sends a body without end',
      (_, response) => {
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
    [
      'leads on too slowly',
      (_, response) => {
        setTimeout(() => response.writeHead(302, { location: ADDRESS }).end(), 200);
      },
    ],
  ] as [string, NonNullable<ReturnType<Web['pages']['get']>>][])(
    'a host that %s',
    async (_, page) => {
      web.pages.set(`${HOST}/holidays.ics`, page);
      await expect(get(ADDRESS, {}, soon)).rejects.toThrow('takes longer than 0.3 s');
    },
  );

  test('a resolver that never answers', async () => {
    const resolve = () => new Promise<string[]>(() => {});
    const fetch = createFetch({ ...web.network, resolve }, soon);
    // As a signal's timer alone keeps no process.
    const kept = setInterval(() => {}, 1000);
    await expect(fetch(ADDRESS)).rejects.toThrow('takes longer than 0.3 s');
    clearInterval(kept);
  });
});
