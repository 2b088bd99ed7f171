/** An HTTP server that always redirects and looks at nothing: the least that a webhook can cost. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REDIRECT } from './redirect.ts';

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(REDIRECT),
    });
    response.end(REDIRECT);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
