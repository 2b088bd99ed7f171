import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** How a file can be sent, the smallest first (RFC 9110 §8.4.1). */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const;
export type Encoding = keyof typeof ENCODINGS;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file of the console, in every form in which it is sent. */
export interface ServedFile {
  readonly type: string;
  /** A strong entity tag; each encoding has one of its own (RFC 9110 §8.8.3.3). */
  readonly tag: string;
  readonly plain: Buffer;
  readonly encoded: Readonly<Partial<Record<Encoding, Buffer>>>;
}

/** Everything that was built into the folder, by name: read once, when the instance starts. */
export function readFiles(folder: URL): Map<string, ServedFile> {
  const files = new Map<string, ServedFile>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const plain = readFileSync(new URL(name, folder));
    const encoded = Object.entries(ENCODINGS).flatMap(([encoding, suffix]) => {
      const path = new URL(name + suffix, folder);
      return existsSync(path) ? [[encoding, readFileSync(path)]] : [];
    });
    files.set(name, { type, tag: tagOf(plain), plain, encoded: Object.fromEntries(encoded) });
  }
  return files;
}

/** The page with something put into it, compressed again. */
export function withText(page: ServedFile, from: string, to: string): ServedFile {
  const plain = Buffer.from(page.plain.toString().replace(from, () => to));
  const encoded = { br: brotliCompressSync(plain), gzip: gzipSync(plain) };
  return { ...page, tag: tagOf(plain), plain, encoded };
}

const tagOf = (contents: Buffer): string => hash('sha256', contents, 'hex').slice(0, 16);

/** The smallest form that `Accept-Encoding` allows (RFC 9110 §12.5.3). */
export function encodingFor(file: ServedFile, accepted = ''): Encoding | undefined {
  const allowed = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .map((part) => part.trim().split(/\s*;\s*/))
      .filter(([, q]) => q === undefined || Number(q.replace(/^q\s*=\s*/, '')) > 0)
      .map(([name]) => name),
  );
  return (Object.keys(ENCODINGS) as Encoding[]).find(
    (encoding) => file.encoded[encoding] !== undefined && allowed.has(encoding),
  );
}
