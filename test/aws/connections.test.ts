import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connections } from '../../functions/aws/connections.ts';
import { startServer } from './server.ts';

/** What both clocks of a process are ahead of the machine's by. */
const clocks = { wall: 0, steady: 0 };
let server: Awaited<ReturnType<typeof startServer>>;
let connections: Connections;
beforeEach(async () => {
  Object.assign(clocks, { wall: 0, steady: 0 });
  const { now } = Date;
  const steady = performance.now.bind(performance);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + clocks.wall);
  vi.spyOn(performance, 'now').mockImplementation(() => steady() + clocks.steady);
  server = await startServer();
  connections = new Connections(server.url);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

/** Asks, and tells over which of the server's connections that went. */
async function ask(fresh = false): Promise<number> {
  const before = server.asked.length;
  await connections.exchange(`POST / HTTP/1.1\r\nhost: ${server.url.host}\r\n\r\n`, { fresh });
  return server.asked[before]?.connection ?? 0;
}

describe('a connection is used again', () => {
  test('at once', async () => {
    expect([await ask(), await ask(), await ask()]).toEqual([1, 1, 1]);
  });

  test.each([
    ['both clocks went on', { wall: 1_000, steady: 1_000 }],
    ['only the wall clock: the machine stood still', { wall: 32_000, steady: 0 }],
    ['only the steady clock', { wall: 0, steady: 1_000 }],
    ['the wall clock was set back', { wall: -60_000, steady: 0 }],
  ])('but not a second later: %s', async (_, passed) => {
    expect(await ask()).toBe(1);
    Object.assign(clocks, passed);
    expect([await ask(), await ask()]).toEqual([2, 2]);
  });

  test('but not where a read is sent again, nor any other that was idle', async () => {
    await Promise.all([ask(), ask()]);
    expect(await ask(true)).toBe(3);
    expect(await ask()).toBe(3);
  });

  test('by when its last answer was asked for, not by when that came', async () => {
    const answers: (() => void)[] = [];
    await server.stop();
    server = await startServer((response) => {
      if (server.asked.length > 1) response.end('{}');
      else answers.push(() => response.end('{}'));
    });
    connections = new Connections(server.url);
    const first = ask();
    while (answers.length === 0) await sleep(5);
    clocks.wall = 2_000;
    answers[0]?.();
    expect(await first).toBe(1);
    expect(await ask()).toBe(2);
  });
});

test('a connection that the server closed is not used', async () => {
  await ask();
  const [socket] = server.connections;
  socket?.end();
  await once(socket as object as NodeJS.EventEmitter, 'close');
  await sleep(20);
  expect(await ask()).toBe(2);
});

describe('what is asked while all connections are busy', () => {
  test('waits for one, and is answered', async () => {
    const answers: (() => void)[] = [];
    await server.stop();
    server = await startServer((response) => answers.push(() => response.end('{}')));
    connections = new Connections(server.url);
    const all = Array.from({ length: 70 }, () => ask());
    while (answers.length < 50) await sleep(5);
    await sleep(20);
    expect(answers).toHaveLength(50);
    const release = setInterval(() => answers.shift()?.(), 0);
    await Promise.all(all);
    clearInterval(release);
    expect(server.connections).toHaveLength(50);
  });
});

describe('a connection that fails', () => {
  const post = (signal?: AbortSignal) =>
    connections.exchange('POST / HTTP/1.1\r\nhost: x\r\n\r\n', { signal });

  test('before the answer is told by its code, and the next request has a new one', async () => {
    await server.stop();
    server = await startServer((response, { connection }) => {
      if (connection === 1) response.socket?.destroy();
      else response.end('{}');
    });
    connections = new Connections(server.url);
    await expect(post()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await post()).toMatchObject({ status: 200 });
  });

  test('to be made is told by its code', async () => {
    await server.stop();
    await expect(post()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    server = await startServer();
  });

  test('because its request was given up carries no other', async () => {
    await server.stop();
    server = await startServer((response, { connection }) => {
      if (connection > 1) response.end('{}');
    });
    connections = new Connections(server.url);
    const stop = new AbortController();
    const given = post(stop.signal).catch((error) => error);
    while (server.asked.length === 0) await sleep(5);
    stop.abort();
    expect(await given).toMatchObject({ name: 'AbortError' });
    expect(await ask()).toBe(2);
  });

  test('by saying more than was asked is used no more', async () => {
    await server.stop();
    server = await startServer((response) => response.end('{}'));
    connections = new Connections(server.url);
    expect(await ask()).toBe(1);
    server.connections[0]?.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n');
    await sleep(20);
    expect(await ask()).toBe(2);
  });
});
