/** What Debian 12 has of Kamailio, where, and what to install for it. */
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

export const KAMAILIO = '/usr/sbin/kamailio';
/** jansson is in the extra modules, http_client in the utils modules. */
const MODULES: Readonly<Record<string, string>> = {
  'tm.so': 'kamailio',
  'jansson.so': 'kamailio-extra-modules',
  'http_client.so': 'kamailio-utils-modules',
  'tls.so': 'kamailio-tls-modules',
  'websocket.so': 'kamailio-websocket-modules',
};
export const PACKAGES = Object.values(MODULES);
/** Where a module of Debian's is, whatever the processor; they may be installed while this runs. */
const moduleAt = (name: string): string | undefined =>
  globSync(`/usr/lib/*/kamailio/modules/${name}`)[0];
/** `npm run edge:build` leaves the module here. */
export const BUILT_CLIENT = join(import.meta.dirname, '../../../.divert/edge/http_async_client.so');

/** Which of the modules that the configuration needs are not installed. */
export function missingModules(): string[] {
  return Object.keys(MODULES).filter((name) => moduleAt(name) === undefined);
}

/** The path of the http_async_client module, where there is one: built here, or from upstream's packages. */
export function asyncClient(): string | undefined {
  return existsSync(BUILT_CLIENT) ? BUILT_CLIENT : moduleAt('http_async_client.so');
}
