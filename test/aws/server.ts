import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The connection it came over, counted from 1. */
  readonly connection: number;
}

/** A server that notes what it is asked and over which connection, and answers as it is told. */
export async function startServer(
  answer: (response: ServerResponse, asked: Asked) => void = (response) => response.end('{}'),
) {
  const asked: Asked[] = [];
  const connections: Socket[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const connection = connections.indexOf(request.socket) + 1;
    const one = { headers: request.headers, body, connection };
    asked.push(one);
    answer(response, one);
  });
  server.on('connection', (socket: Socket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    asked,
    connections,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
