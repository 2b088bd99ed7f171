/**
 * Loaded before a bundle (`--import`): the internet of a thread is then the server that TEST_WEB
 * names, so that what is packaged fetches for real, through its own guard.
 */
import promises from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import tls, { type ConnectionOptions } from 'node:tls';

/** A public address that is nobody's here. */
const ADDRESS = '192.0.43.8';

const { port, ca } = JSON.parse(process.env.TEST_WEB ?? '{}');
const { connect } = tls;
Object.assign(promises, { lookup: async () => [{ address: ADDRESS, family: 4 }] });
Object.assign(tls, {
  connect: (options: ConnectionOptions) =>
    options.host === ADDRESS
      ? connect({ ...options, host: '127.0.0.1', port, ca })
      : connect(options),
});
syncBuiltinESMExports();
