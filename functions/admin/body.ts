import type { HttpRequest } from '../http/http.ts';
import { Problem } from '../http/problem.ts';

/** A policy may have 300 KB, and JSON written for people is longer. */
const MAX_BODY = 1024 * 1024;
/** No resource nests deeper than ten; a deeper one would only exhaust the stack. */
const MAX_DEPTH = 32;

/**
 * The JSON of a request.
 *
 * @param types media types that are accepted, without parameters
 * @throws {Problem} 400, 413, 415
 */
export function readJson(request: HttpRequest, types: readonly string[]): unknown {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) {
    throw new Problem(415, `content-type must be ${types.join(' or ')}`);
  }
  if (Buffer.byteLength(request.body) > MAX_BODY) {
    throw new Problem(413, `the body is over ${MAX_BODY / 1024} KB`);
  }
  const value = parse(request.body);
  checkValues(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, `the body is not JSON: ${(error as Error).message}`);
  }
}

/** Refuses what JSON allows and the store cannot keep: lone surrogates, and bottomless nesting. */
function checkValues(root: unknown): void {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new Problem(400, `the body nests deeper than ${MAX_DEPTH}`);
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'string' && !value.isWellFormed()) {
        throw new Problem(400, 'the body has a text with half of a surrogate pair');
      }
      if (typeof value !== 'object' || value === null) continue;
      for (const part of Array.isArray(value) ? value : Object.entries(value).flat()) {
        next.push(part);
      }
    }
    level = next;
  }
}
