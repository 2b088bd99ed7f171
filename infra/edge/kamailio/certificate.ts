/** The sample's own certificate, and the authorities that may have signed Divert's. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { EdgeError } from './settings.ts';

const WEEK = 7 * 24 * 3600 * 1000;

/**
 * The path of a PEM file with a key and a self-signed certificate for these names, in `folder`: the one of last
 * time where it holds for another week, so that phones which trust it do so tomorrow.
 */
export function ownCertificate(folder: string, names: readonly string[]): string {
  const path = join(folder, 'certificate.pem');
  if (!existsSync(path) || !holds(readFileSync(path, 'utf8'), names)) make(folder, path, names);
  return path;
}

function holds(pem: string, names: readonly string[]): boolean {
  const certificate = new X509Certificate(pem);
  const named = (name: string) =>
    isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' });
  return certificate.validToDate.getTime() > Date.now() + WEEK && names.every(named);
}

/** Written beside and renamed, so that nobody reads half of it. */
function make(folder: string, path: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  const at = mkdtempSync(join(folder, 'certificate-'));
  const [key, certificate] = [join(at, 'key.pem'), join(at, 'certificate.pem')];
  const subjects = names.map((name) => `${isIP(name) ? 'IP' : 'DNS'}:${name}`);
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const said = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${subjects.join(',')}`];
  const files = ['-nodes', '-days', '365', '-keyout', key, '-out', certificate];
  try {
    openssl([...request, ...said, ...files]);
    const both = readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8');
    writeFileSync(join(at, 'both.pem'), both, { mode: 0o600 });
    renameSync(join(at, 'both.pem'), path);
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

/** Makes `folder` one in which libcurl finds the certificates of a PEM file by their subjects. */
export function authoritiesFolder(folder: string, pem: string): void {
  mkdirSync(folder);
  const each = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  for (const [i, certificate] of each.entries()) {
    writeFileSync(join(folder, `${i}.pem`), `${certificate}\n`);
  }
  openssl(['rehash', folder]);
}

/** A PEM file with certificates, and with a key where one is needed. */
export function readPem(name: string, path: string, withKey: boolean): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
    new X509Certificate(text);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw new EdgeError(`${name}: ${path} has no certificate in PEM (${code ?? message})`);
  }
  if (withKey && !/-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/.test(text)) {
    throw new EdgeError(
      `${name}: ${path} needs the certificate and its key, unencrypted, in one file`,
    );
  }
  return text;
}

function openssl(args: readonly string[]): void {
  try {
    execFileSync('openssl', args, { stdio: 'pipe' });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === 'ENOENT')
      throw new EdgeError('openssl is not installed: sudo apt-get install -y openssl');
    throw new EdgeError(`openssl ${args[0]}: ${String(stderr).trim()}`);
  }
}
