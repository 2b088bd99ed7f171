import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createConsole } from '../../functions/console/serve.ts';
import { consoleSettingsFrom } from '../../functions/console/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'divert-console-'));
const put = (name: string, contents: string | Buffer) =>
  writeFileSync(join(folder, name), contents);
put('index.html', '<meta name="divert" content="__SETTINGS__">');
put('main-ABC.js', 'run()');
put('main-ABC.js.br', brotliCompressSync('run()'));
put('secret.txt', 'not for browsers');
afterAll(() => rmSync(folder, { recursive: true }));

const settings = consoleSettingsFrom({
  DIVERT_CONSOLE_ISSUER: 'https://id.example.com/realm',
  DIVERT_CONSOLE_CLIENT: 'a"b<c',
  DIVERT_CONSOLE_ORIGINS: 'https://token.example.com',
});
const serve = createConsole(pathToFileURL(`${folder}/`), settings);
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  serve({ method, path, query: '', headers, body: '' });

describe('the page', () => {
  test('may do what its policy says, and is asked for each time', () => {
    const { status, headers } = ask('/console/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(
      "connect-src 'self' https://id.example.com https://token.example.com;",
    );
    expect(policy).not.toMatch(/unsafe|\*|data:|https:(?!\/\/)/);
  });

  test('knows its deployment, whatever that is called', () => {
    const content = /content="([^"]*)"/.exec(ask('/console/').body.toString())?.[1] ?? '';
    const text = content.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
    expect(JSON.parse(text)).toEqual({
      ...{ issuer: 'https://id.example.com/realm', client: 'a"b<c' },
      ...{ scope: 'openid', parameters: '' },
    });
  });

  test('is where /console leads to', () => {
    expect(ask('/console')).toMatchObject({ status: 308, headers: { location: '/console/' } });
  });
});

describe('a file', () => {
  test('never changes', () => {
    expect(ask('/console/main-ABC.js').headers['cache-control']).toMatch(/immutable/);
  });

  test.each([
    ['br, gzip', 'br'],
    ['gzip, BR;q=0.5', 'br'],
    ['br;q=0, gzip', undefined],
    ['', undefined],
  ])('is sent to who accepts "%s" as %s', (accepted, encoding) => {
    const { headers, body } = ask('/console/main-ABC.js', { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary).toBe('accept-encoding');
    expect((encoding ? brotliDecompressSync(body) : body).toString()).toBe('run()');
  });

  test('is not sent again to who has it; of each encoding there is another tag', () => {
    const plain = ask('/console/main-ABC.js').headers.etag ?? '';
    const packed = ask('/console/main-ABC.js', { 'accept-encoding': 'br' }).headers.etag;
    expect(packed).not.toBe(plain);
    expect(ask('/console/main-ABC.js', { 'if-none-match': plain }).status).toBe(304);
    expect(ask('/console/main-ABC.js', { 'if-none-match': `W/"x", W/${plain}` }).status).toBe(304);
    expect(ask('/console/main-ABC.js', { 'if-none-match': '"other"' }).status).toBe(200);
  });
});

test.each(['/console/nothing.js', '/console/secret.txt', '/console/../package.json', '/consoles'])(
  '%s is not there',
  (path) => {
    expect(ask(path).status).toBe(404);
  },
);

test('nothing can be sent to it', () => {
  expect(ask('/console/', {}, 'POST')).toMatchObject({
    status: 405,
    headers: { allow: 'GET, HEAD' },
  });
});

test.each(['/console', '/console/', '/console/nothing.js'])('%s is framed by nobody', (path) => {
  expect(ask(path).headers).toMatchObject({
    ...{ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' },
    ...{ 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin' },
  });
});

test('an issuer that is no address ends the start', () => {
  expect(() => consoleSettingsFrom({ DIVERT_CONSOLE_ISSUER: 'id.example.com' })).toThrow();
});
