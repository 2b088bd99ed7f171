/**
 * `npm run smoke -- URL [KEY]`: whether a deployed stage answers as it should. Reads only, and asks
 * for a call that is never diverted. Without KEY the key is taken from DIVERT_KEY, which keeps it
 * out of the shell's history. Exits 1 where something is not right.
 */
import { argumentsFrom } from '../arguments.ts';

/** One thing that was looked at. */
export interface Check {
  readonly what: string;
  readonly ok: boolean;
  /** What came instead. */
  readonly found?: string;
}

export interface Report {
  readonly checks: readonly Check[];
  /** Milliseconds of decisions in a row, the first with a new connection. */
  readonly latencies: readonly number[];
}

/** An edge gives up after 1 s; a first request may find no instance running. */
const TIMEOUT_MS = 5_000;
const IN_A_ROW = 10;

/** Looks at the stage at `url` with a peer's key. Never rejects: what fails is in the report. */
export async function smoke(url: string, key: string): Promise<Report> {
  const base = url.replace(/\/+$/, '');
  const post = (path: string, bearer: string, body: unknown) =>
    ask(`${base}${path}`, bearer, JSON.stringify(body));

  const latencies: number[] = [];
  const decide = async () => {
    const start = performance.now();
    const response = await post('/v1/route', key, emergencyCall());
    latencies.push(performance.now() - start);
    return response;
  };
  const checks = [
    check('an emergency call goes on: 200, continue', await decide(), ({ status, body }) => {
      return status === 200 && body.action === 'continue' && typeof body.decisionId === 'string';
    }),
    check('the rules can be read: not degraded', await decide(), ({ status, body }) => {
      return status === 200 && body.action === 'continue' && body.degraded === undefined;
    }),
    check(
      'a wrong key is refused: 401',
      await post('/v1/route', `not-${crypto.randomUUID()}`, emergencyCall()),
      ({ status, body }) => status === 401 && body.status === 401,
    ),
    check(
      'a request without callId is refused: 400, which names it',
      await post('/v1/route', key, { ...emergencyCall(), callId: undefined }),
      ({ status, body }) => status === 400 && body.field === 'callId',
    ),
    check(
      'an unknown path is none: 404, as a problem',
      await post('/v1/smoke', key, {}),
      ({ status, body }) => status === 404 && body.status === 404,
    ),
  ];
  if (checks[0]?.ok) while (latencies.length < IN_A_ROW) await decide();
  return { checks, latencies };
}

/** RFC 5031; never diverted nor rejected, whatever the rules say. */
const emergencyCall = () => ({
  callId: `smoke-${crypto.randomUUID()}`,
  requestUri: 'urn:service:sos',
  from: '<sip:smoke@invalid>;tag=smoke',
  to: '<urn:service:sos>',
});

interface Response {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** What came, for people. */
  readonly text: string;
}

async function ask(url: string, key: string, body: string): Promise<Response> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text), text: `${response.status} ${text}` };
  } catch (error) {
    const { message, cause } = error as Error;
    return { status: 0, body: {}, text: cause instanceof Error ? cause.message : message };
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function check(what: string, response: Response, holds: (response: Response) => boolean): Check {
  if (holds(response)) return { what, ok: true };
  return { what, ok: false, found: response.text.slice(0, 300) };
}

function print({ checks, latencies }: Report): void {
  for (const { what, ok, found } of checks) {
    console.log(ok ? `✓ ${what}` : `✗ ${what}\n    but: ${found}`);
  }
  const [first = 0, ...rest] = latencies;
  const sorted = rest.toSorted((a, b) => a - b);
  const ms = (value = 0) => `${value.toFixed(0)} ms`;
  if (sorted.length > 1) {
    const median = sorted[Math.floor(sorted.length / 2)];
    console.log(
      `  from here: first ${ms(first)}, then ${ms(median)} (at worst ${ms(sorted.at(-1))})`,
    );
  }
}

if (import.meta.main) {
  const usage = `npm run smoke -- URL [KEY]: whether a deployed stage answers as it should; only reads
  URL   https://…, as npm run deploy prints it
  KEY   a peer's; default: DIVERT_KEY, which keeps it out of the shell's history`;
  const [url, key = process.env.DIVERT_KEY] = argumentsFrom(usage, 2);
  if (!url || !key || !/^https?:\/\//.test(url)) {
    console.error(usage);
    process.exit(1);
  }
  const report = await smoke(url, key);
  print(report);
  process.exitCode = report.checks.every(({ ok }) => ok) ? 0 : 1;
}
