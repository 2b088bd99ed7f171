/** An HTTP server that always redirects and looks at nothing: the least that a webhook can cost. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = JSON.stringify({
  action: 'redirect',
  status: 302,
  reason: 'Moved Temporarily',
  contacts: ['<sip:carol@example.com;cause=302>;q=1.0;mp=1'],
  headers: ['Diversion: <sip:away@example.com>;reason=unconditional;counter=1'],
  decisionId: '0',
});

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
