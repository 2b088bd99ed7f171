import type { Answerer } from './answer.ts';
import { bearerKey } from './credential.ts';
import { type HttpRequest, type HttpResponse, limitBody } from './http.ts';
import { Problem } from './problem.ts';
import { parseJson } from './request.ts';

/** `POST /v1/route`: the native webhook, JSON in and out. */
export async function route(http: HttpRequest, answerer: Answerer): Promise<HttpResponse> {
  try {
    if (http.path !== '/v1/route' || http.method !== 'POST') {
      throw new Problem(404, 'There is only POST /v1/route here.', 'path');
    }
    limitBody(http);
    const { answer } = await answerer.answer(() => parseJson(http.body), {
      key: bearerKey(http.headers.authorization),
    });
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answer),
    };
  } catch (error) {
    if (error instanceof Problem) return error.toResponse();
    throw error;
  }
}
