import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: passed on, refused as throttled, or done without an answer. */
export type Fate = 'pass' | 'throttle' | 'lose the answer';
/** @param operation as `TransactWriteItems` */
export type Fault = (operation: string) => Fate | Promise<Fate>;

/** Stands between a client and a DynamoDB API. */
export async function startProxy(
  target: string,
  fault: Fault,
): Promise<{ endpoint: string; quiet(): Promise<void>; stop(): Promise<void> }> {
  const underWay = new Set<Promise<unknown>>();
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const fate = await fault(operation);
    if (fate === 'throttle') {
      const type = 'com.amazonaws.dynamodb.v20120810#ThrottlingException';
      outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify({ __type: type, message: 'too fast' }));
      return;
    }
    const { method, headers, url } = incoming;
    const passed = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      if (fate === 'lose the answer') {
        answer.resume().once('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    const over = new Promise((resolve) => passed.once('close', resolve)).finally(() =>
      underWay.delete(over),
    );
    underWay.add(over);
    passed.on('error', () => outgoing.destroy());
    passed.end(Buffer.concat(chunks));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    quiet: async () => void (await Promise.allSettled(underWay)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
