import { isDeepStrictEqual } from 'node:util';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { VersionConflict } from '../store/errors.ts';
import { readJson } from './body.ts';
import { mergePatch } from './merge-patch.ts';
import { checkPreconditions, etagOf, isFresh } from './preconditions.ts';

/** What a resource is at one version. */
export interface State {
  readonly version: number;
  /** RFC 3339: when it was last changed. */
  readonly at: string;
  readonly value: unknown;
}

/** Something that is read and replaced whole. */
export interface Replaceable {
  /** In words, for problems: `subscriber bob of example.com`. */
  readonly what: string;
  readonly read: () => Promise<State | undefined>;
  /** Adds what the path says already, where a value leaves it out. */
  readonly complete?: (value: unknown) => unknown;
  /** Whether a value says what is there; default: only if it is equal. */
  readonly same?: (value: unknown, now: State) => boolean;
  /** Checks and stores a value; throws `Problem`, or `VersionConflict` where `before` is old. */
  readonly write: (value: unknown, before: State | undefined) => Promise<State>;
}

/** Something that can also be removed. */
export interface Resource extends Replaceable {
  readonly remove: (before: State) => Promise<void>;
}

const JSON_TYPES = ['application/json'];
const PATCH_TYPES = ['application/merge-patch+json', 'application/json'];
/** How often a write with `If-Match: *` is tried against others that are faster. */
const ATTEMPTS = 10;

export async function getResource(resource: Resource, http: HttpRequest): Promise<HttpResponse> {
  const state = await present(resource);
  if (isFresh(http, state.version)) return { status: 304, headers: tags(state), body: '' };
  return json(200, state.value, tags(state));
}

export async function putResource(resource: Resource, http: HttpRequest): Promise<HttpResponse> {
  const value = readJson(http, JSON_TYPES);
  return change(resource, http, () => value);
}

export async function patchResource(resource: Resource, http: HttpRequest): Promise<HttpResponse> {
  const patch = readJson(http, PATCH_TYPES);
  return change(resource, http, (before) => {
    if (!before) throw absent(resource);
    return mergePatch(before.value, patch);
  });
}

export async function deleteResource(resource: Resource, http: HttpRequest): Promise<HttpResponse> {
  const before = await present(resource);
  checkPreconditions(http, before.version);
  await resource.remove(before);
  return { status: 204, headers: {}, body: '' };
}

/**
 * Replaces a resource by what follows from what is there. What changes nothing needs no
 * precondition (RFC 9110 §13.1.1), so that a request whose answer was lost can be sent again.
 */
export async function change(
  resource: Replaceable,
  http: HttpRequest,
  next: (before: State | undefined) => unknown,
): Promise<HttpResponse> {
  for (let attempt = 1; ; attempt++) {
    const before = await resource.read();
    const given = next(before);
    const value = resource.complete ? resource.complete(given) : given;
    if (before && isSame(resource, value, before)) {
      return json(200, before.value, tags(before));
    }
    checkPreconditions(http, before?.version ?? 0);
    try {
      const after = await resource.write(value, before);
      return json(before ? 200 : 201, after.value, tags(after));
    } catch (error) {
      const anyVersion = http.headers['if-match']?.trim() === '*';
      if (!(error instanceof VersionConflict && anyVersion && attempt < ATTEMPTS)) throw error;
    }
  }
}

const isSame = ({ same }: Replaceable, value: unknown, now: State): boolean =>
  same ? same(value, now) : isDeepStrictEqual(now.value, value);

/** @throws {Problem} 404 */
export async function present(resource: Replaceable): Promise<State> {
  const state = await resource.read();
  if (!state) throw absent(resource);
  return state;
}

const absent = ({ what }: Replaceable): Problem => new Problem(404, `there is no ${what}`);

export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

const tags = ({ version, at }: State): Record<string, string> => ({
  etag: etagOf(version),
  'last-modified': new Date(at).toUTCString(),
});
