import type { HttpResponse } from '../http/http.ts';

/** A 200 with that body: what fails gets its own status later. */
export function ok(contentType: string, body: string): HttpResponse {
  return { status: 200, headers: { 'content-type': contentType }, body };
}

export function json(value: unknown): HttpResponse {
  return ok('application/json', JSON.stringify(value));
}
