import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';

/** A key and a certificate of localhost, made for a run. */
export class Certificate {
  readonly folder = mkdtempSync(join(tmpdir(), 'divert-lambda-'));
  readonly file = join(this.folder, 'ca.pem');
  readonly context: SecureContext;

  constructor() {
    const key = join(this.folder, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const out = ['-keyout', key, '-out', this.file, '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...out, ...subject], { stdio: 'ignore' });
    this.context = createSecureContext({ key: readFileSync(key), cert: readFileSync(this.file) });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What can become of a connection while its client stands still. */
export type Fate = 'healthy' | 'FIN' | 'RST' | 'silence';

interface Connection {
  readonly raw: Socket;
  readonly tls: TLSSocket;
  fate: Fate;
}

/** TLS in front of the table, whose connections can be closed, forgotten or dropped in silence. */
export class TlsProxy {
  readonly #connections = new Set<Connection>();
  readonly #server = createServer((raw) => this.#accept(raw));
  readonly #upstream: URL;
  readonly #certificate: Certificate;
  /** Connections that were opened. */
  opened = 0;

  private constructor(upstream: string, certificate: Certificate) {
    this.#upstream = new URL(upstream);
    this.#certificate = certificate;
  }

  static async start(upstream: string, certificate: Certificate): Promise<TlsProxy> {
    const proxy = new TlsProxy(upstream, certificate);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get endpoint(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#connections.size;
  }

  /** Does this to the connections there are. FIN is sent at once, RST when something is written. */
  strike(fate: Fate): void {
    for (const connection of this.#connections) {
      connection.fate = fate;
      if (fate === 'FIN') connection.tls.end();
    }
  }

  /** Closes all but so many of the connections there are. */
  keep(count: number): void {
    for (const { tls } of [...this.#connections].slice(count)) tls.end();
  }

  async stop(): Promise<void> {
    for (const { raw } of this.#connections) raw.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(raw: Socket): void {
    this.opened++;
    const tls = new TLSSocket(raw, { isServer: true, secureContext: this.#certificate.context });
    const connection: Connection = { raw, tls, fate: 'healthy' };
    this.#connections.add(connection);
    const up = connect(Number(this.#upstream.port), this.#upstream.hostname);
    up.on('error', () => tls.destroy());
    up.on('data', (data) => tls.write(data));
    up.on('close', () => tls.destroy());
    raw.on('error', () => {});
    raw.on('close', () => this.#connections.delete(connection));
    tls.on('error', () => {});
    tls.on('close', () => up.destroy());
    tls.on('data', (data) => {
      if (connection.fate === 'RST') raw.resetAndDestroy();
      else if (connection.fate !== 'silence') up.write(data);
    });
  }
}
