import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Connections } from '../../functions/aws/connections.ts';
import { Certificate } from '../programs/lambda/tls-proxy.ts';

/* Over TLS, as every service of AWS is asked. */

const certificate = new Certificate();
const REQUEST = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';
const resumed: boolean[] = [];
const server = createServer((_, response) => response.end('{}'));
server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()));
let port: number;
beforeAll(async () => {
  setDefaultCACertificates([
    ...getCACertificates('default'),
    readFileSync(certificate.file, 'utf8'),
  ]);
  server.setSecureContext({
    key: readFileSync(`${certificate.folder}/key.pem`),
    cert: readFileSync(certificate.file),
  });
  server.listen(0);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  certificate.remove();
});

test('a new connection goes on with the session of the one before', async () => {
  const connections = new Connections(new URL(`https://localhost:${port}`));
  for (let i = 0; i < 2; i++) {
    expect(await connections.exchange(REQUEST, { fresh: true })).toMatchObject({ body: '{}' });
    // A ticket may come after the answer.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(resumed).toEqual([false, true]);
});

test('a server by another name is refused', async () => {
  const connections = new Connections(new URL(`https://127.0.0.1:${port}`));
  await expect(connections.exchange(REQUEST, {})).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});
