import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is put on the bus, as PutEvents takes it (API reference of 2015-10-07). */
export interface PutEntry {
  readonly Source: string;
  readonly DetailType: string;
  /** JSON, an object. */
  readonly Detail: string;
  /** Seconds since the epoch. */
  readonly Time?: number;
  readonly EventBusName?: string;
}

/** Most entries of one request. */
const MOST_ENTRIES = 10;

/** EventBridge's API for a local server, as far as changes are told with it: PutEvents. */
export async function serveEventBus(
  take: (entry: PutEntry) => void,
): Promise<{ endpoint: string; stop: () => void }> {
  let id = 0;
  const server = createServer(async (request, response) => {
    const { 'x-amz-target': target } = request.headers;
    const Entries = await entriesIn(request);
    const isPut = target === 'AWSEvents.PutEvents' && Entries.length <= MOST_ENTRIES;
    if (isPut) for (const entry of Entries) take(entry);
    response.writeHead(isPut ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(
      JSON.stringify(
        isPut
          ? { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: String(++id) })) }
          : { __type: 'ValidationException' },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function entriesIn(request: IncomingMessage): Promise<readonly PutEntry[]> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return JSON.parse(text).Entries;
}
