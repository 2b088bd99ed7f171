import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { isTrusted, type Moment, thisMoment } from './trust.ts';

/** Not imported: an import touches every export, and one of them loads all of fetch. */
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/**
 * The SDK's client for functions that write or query: as with `Connections`, no request goes over
 * a connection that may have died while the instance was frozen.
 */
export function createSdkClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const options = { keepAlive: true, maxSockets: 50 };
  const agents = { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
  const idleSince = new WeakMap<object, Moment>();
  for (const agent of Object.values(agents)) {
    const keep = agent.keepSocketAlive.bind(agent);
    agent.keepSocketAlive = (socket) => {
      idleSince.set(socket, thisMoment());
      return keep(socket);
    };
  }
  const client = new DynamoDBClient({ ...config, requestHandler: agents });
  // Before each attempt: the step of retries comes earlier.
  client.middlewareStack.add(
    (next) => (args) => {
      const now = thisMoment();
      for (const { freeSockets } of Object.values(agents)) {
        for (const socket of Object.values(freeSockets).flatMap((idle) => idle ?? [])) {
          if (!isTrusted(idleSince.get(socket), now)) socket.destroy();
        }
      }
      return next(args);
    },
    { step: 'deserialize', priority: 'low', name: 'trustedConnections' },
  );
  return client;
}
