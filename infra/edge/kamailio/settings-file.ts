/** What was set, as Kamailio reads it: the first file, which includes the sample's configuration. */
import type { EdgeSettings } from './settings.ts';

/** Files of the run folder. */
export interface EdgeFiles {
  /** The sample's kamailio.cfg. */
  readonly configuration: string;
  /** The http_async_client module; undefined: Debian's packages are to do. */
  readonly asyncModule?: string | undefined;
  /** Certificate and key in one, where there is a TLS port. */
  readonly certificate?: string | undefined;
  /** Who may have signed Divert's certificate: a file, or with http_async_client a folder. */
  readonly authorities?: string | undefined;
}

/** For a regular expression; a backslash would have to pass Kamailio's own strings. */
const escapeDots = (text: string) => text.replaceAll('.', '[.]');

/** An address as it stands in a URI (RFC 3986 §3.2.2). */
export const inUri = (address: string) => (address.includes(':') ? `[${address}]` : address);

/** A host of a URI for a regular expression. */
const matched = (host: string) => escapeDots(host).replace(/^\[(.*)\]$/, '[[]$1[]]');

export function settingsFile(settings: EdgeSettings, files: EdgeFiles): string {
  const { advertise, answersIn } = settings;
  // Half a second more for what HTTP does besides.
  const goesOnAfter = answersIn && answersIn * 1_000 + 500;
  const hosts = [...settings.listen.map(inUri), ...(advertise ? [advertise] : [])];
  const values: Readonly<Record<string, string | undefined>> = {
    EDGE_PORT: String(settings.port),
    EDGE_HOSTS: hosts.map(matched).join('|'),
    EDGE_TLS: settings.tlsPort ? 'yes' : undefined,
    EDGE_CERTIFICATE: files.certificate,
    EDGE_PASSWORDS: settings.passwords && 'yes',
    EDGE_GATEWAY: settings.gateway,
    EDGE_CONTROL: settings.control,
    DIVERT_URL: settings.urls[0],
    DIVERT_SECOND_URL: settings.urls[1],
    DIVERT_THIRD_URL: settings.urls[2],
    DIVERT_KEY: settings.key,
    DIVERT_ANSWERS_IN: answersIn?.toString(),
    DIVERT_GOES_ON_AFTER: goesOnAfter?.toString(),
    DIVERT_AUTHORITIES: files.authorities,
    DIVERT_DOMAINS: settings.domains.map(escapeDots).join('|'),
    DIVERT_SELF: `sip:${inUri(settings.listen[0] ?? '')}:${settings.port}`,
    DIVERT_HTTP_ASYNC: files.asyncModule,
    DIVERT_FOLLOW_FOR: settings.followFor.map(escapeDots).join('|'),
    DIVERT_PSAP_CALLBACKS: settings.psapCallbacks.map(escapeDots).join('|'),
    DIVERT_FEATURE_CODES: settings.featureCodes,
    DIVERT_REDIRECT_SERVER: settings.mode === 'redirect' ? 'yes' : undefined,
    EDGE_PLAIN: settings.mode === 'plain' ? 'yes' : undefined,
  };
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value ? [`#!substdef "!${name}!${value}!g"`] : [],
  );
  return [
    '#!KAMAILIO',
    ...lines,
    ...sockets(settings),
    `include_file "${files.configuration}"`,
    '',
  ].join('\n');
}

/** Where Kamailio listens, and what it says of itself in Via and Record-Route. */
function sockets({ listen, port, tlsPort, advertise }: EdgeSettings): string[] {
  const all = [
    ['udp', port],
    ['tcp', port],
    ['tls', tlsPort],
  ] as const;
  return listen.flatMap((address) =>
    all.flatMap(([transport, at]) => {
      if (at === undefined) return [];
      const said = advertise ? ` advertise ${advertise}:${at}` : '';
      return `listen=${transport}:${inUri(address)}:${at}${said}`;
    }),
  );
}
