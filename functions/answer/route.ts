import { bearerKey } from '../http/credential.ts';
import type { HttpRequest, HttpResponse } from '../http/http.ts';
import { post } from '../http/post.ts';
import type { Answerer } from './answer.ts';
import { parseJson } from './request.ts';

/** `POST /v1/route`: the native webhook. */
export function route(http: HttpRequest, answerer: Answerer): Promise<HttpResponse> {
  return post('/v1/route', http, async () => {
    const key = bearerKey(http.headers.authorization);
    const { answer } = await answerer.answer(() => parseJson(http.body), { key }, http.sourceIp);
    return answer;
  });
}
