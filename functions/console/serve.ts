import type { HttpRequest } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { encodingFor, readFiles, type ServedFile, withText } from './files.ts';
import { contentSecurityPolicy, FOREVER, NEVER, SECURITY } from './headers.ts';
import type { ConsoleSettings } from './settings.ts';

/** An answer whose body may be compressed, and so no text. */
export interface FileResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const BASE = '/console';
const PAGE = 'index.html';
/** Where the page finds what it has to know of its deployment. */
const PLACE = '__SETTINGS__';

/** Serves the built console of a folder to browsers. */
export function createConsole(
  folder: URL,
  settings: ConsoleSettings,
): (http: HttpRequest) => FileResponse {
  const files = readFiles(folder);
  const page = files.get(PAGE);
  if (!page) throw new Error(`${folder.href} has no ${PAGE}: npm run build`);
  const { issuer, client, scope, parameters } = settings;
  const told = JSON.stringify({ issuer, client, scope, parameters });
  files.set(PAGE, withText(page, PLACE, escaped(told)));
  const policy = contentSecurityPolicy(settings.origins);

  return (http) => {
    if (http.method !== 'GET' && http.method !== 'HEAD') {
      return refusal(
        new Problem(405, `${http.method} is not for this path`, {
          headers: { allow: 'GET, HEAD' },
        }),
      );
    }
    // What stands in the page's address is in its fragment: the sign-in alone comes with a query.
    if (http.path === BASE) return { status: 308, headers: moved(http.query), body: NOTHING };
    const name = http.path.slice(BASE.length + 1) || PAGE;
    const file = files.get(name);
    if (!file || !http.path.startsWith(`${BASE}/`)) {
      return refusal(new Problem(404, `there is no ${name}`));
    }
    return answer(http, name, file, policy);
  };
}

function refusal(problem: Problem): FileResponse {
  const { status, headers, body } = problem.toResponse();
  return { status, headers: { ...SECURITY, ...headers }, body: Buffer.from(body) };
}

const NOTHING = Buffer.alloc(0);

const moved = (query: string): Record<string, string> => ({
  ...SECURITY,
  location: `${BASE}/${query === '' ? '' : `?${query}`}`,
});

function answer(http: HttpRequest, name: string, file: ServedFile, policy: string): FileResponse {
  const encoding = encodingFor(file, http.headers['accept-encoding']);
  const etag = `"${file.tag}${encoding ? `-${encoding}` : ''}"`;
  const headers = {
    ...SECURITY,
    'content-security-policy': policy,
    'cache-control': name === PAGE ? NEVER : FOREVER,
    etag,
    vary: 'accept-encoding',
  };
  const known = http.headers['if-none-match']
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag) || known?.includes('*')) return { status: 304, headers, body: NOTHING };
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': file.type,
      ...(encoding && { 'content-encoding': encoding }),
    },
    body: (encoding && file.encoded[encoding]) ?? file.plain,
  };
}

/** For an attribute's value in double quotes. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
