import type { HttpRequest } from '../http/http.ts';
import { Problem } from '../http/problem.ts';

/** The strong entity tag (RFC 9110 §8.8.3) of a version. */
export const etagOf = (version: number): string => `"${version}"`;

/** Whether a GET's If-None-Match names this version (RFC 9110 §13.1.2). */
export function isFresh({ headers }: HttpRequest, version: number): boolean {
  const given = headers['if-none-match'];
  return given !== undefined && lists(given.replaceAll('W/', ''), version);
}

/**
 * Refuses a write that was decided on another version than the one that is there.
 *
 * @param version 0 where there is nothing yet: creating needs no If-Match
 * @throws {Problem} 412, 428 (RFC 6585 §3)
 */
export function checkPreconditions({ headers }: HttpRequest, version: number): void {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (version > 0 && noneMatch !== undefined && lists(noneMatch, version)) {
    throw new Problem(412, `it is there already, at version ${etagOf(version)}`);
  }
  if (match === undefined) {
    if (version === 0) return;
    throw new Problem(
      428,
      `send If-Match with the ETag of the GET that you decided on; now it is ${etagOf(version)}`,
    );
  }
  if (version === 0) throw new Problem(412, 'If-Match is given, and there is nothing yet');
  if (!lists(match, version)) {
    throw new Problem(
      412,
      `somebody changed it meanwhile: it is ${etagOf(version)}, not ${match}; GET it and decide anew`,
    );
  }
}

function lists(header: string, version: number): boolean {
  return header.trim() === '*' || header.split(',').some((tag) => tag.trim() === etagOf(version));
}
