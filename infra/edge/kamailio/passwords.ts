/** The phones' passwords: a file of people's, and what Kamailio keeps of it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EdgeError } from './settings.ts';

/**
 * Reads a file with a line `user password` for each phone; what stands behind `#` at the beginning of a line is
 * left out. Answers a route for Kamailio in which no password stands, but the HA1 of RFC 2617 §3.2.2.2.
 *
 * @throws {EdgeError} where the file or a line cannot be used; no password is told
 */
export function passwordsFile(path: string, domains: readonly string[]): string {
  const lines = read(path).split(/\r?\n/);
  const entries = lines.flatMap((line, i) => {
    if (/^\s*(#.*)?$/.test(line)) return [];
    const [, user, password] = /^\s*([A-Za-z0-9_.+-]+)\s+(\S{8,})\s*$/.exec(line) ?? [];
    if (user === undefined || password === undefined) {
      throw new EdgeError(
        `EDGE_PASSWORDS: line ${i + 1} of ${path}: a user, a space, and a password of 8 characters or more`,
      );
    }
    return domains.map((domain) => {
      const ha1 = createHash('md5').update(`${user}:${domain}:${password}`).digest('hex');
      return `\t$sht(edge_phones=>${user}@${domain}) = "${ha1}";`;
    });
  });
  if (entries.length === 0) throw new EdgeError(`EDGE_PASSWORDS: nobody stands in ${path}`);
  return ['event_route[htable:mod-init] {', ...entries, '}', ''].join('\n');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new EdgeError(
      `EDGE_PASSWORDS: ${path} cannot be read (${(error as { code: string }).code})`,
    );
  }
}
