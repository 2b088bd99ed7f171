import { limitBody } from './body-limit.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { Problem } from './problem.ts';

/** Serves the one path that a function has: JSON, or the problem that `answer` throws. */
export async function post(
  path: string,
  http: HttpRequest,
  answer: () => Promise<object>,
): Promise<HttpResponse> {
  try {
    if (http.path !== path || http.method !== 'POST') {
      throw new Problem(404, 'There is no such path: see POST /v1/route.', 'path');
    }
    limitBody(http);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await answer()),
    };
  } catch (error) {
    if (error instanceof Problem) return error.toResponse();
    throw error;
  }
}
