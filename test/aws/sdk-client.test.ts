import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSdkClient } from '../../functions/aws/sdk-client.ts';
import { startServer } from './server.ts';

/* What writes goes over the SDK: after a freeze, over a new connection like everything else. */

const clocks = { wall: 0 };
let server: Awaited<ReturnType<typeof startServer>>;
beforeEach(async () => {
  clocks.wall = 0;
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + clocks.wall);
  let failures = 0;
  server = await startServer((response, { connection }) => {
    // A connection that is used again after the freeze has died meanwhile.
    if (clocks.wall > 0 && connection === 1 && failures++ < 10) response.socket?.destroy();
    else response.end('{}');
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

test.each([[1], [3]])(
  'no attempt of %i goes over a connection from before a freeze',
  async (maxAttempts) => {
    const client = createSdkClient({
      ...{ endpoint: server.url.href, region: 'local', maxAttempts },
      credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    });
    const ask = async () => {
      await client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }));
      await new Promise(setImmediate);
      return server.asked.at(-1)?.connection;
    };
    expect([await ask(), await ask()]).toEqual([1, 1]);
    clocks.wall = 32_000;
    expect(await ask()).toBe(2);
    expect(server.asked).toHaveLength(3);
    client.destroy();
  },
);
