/** Asked once when the edge starts: whether Divert is there, knows the key, and serves the domains. */
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import type { EdgeSettings } from './settings.ts';

const REFUSALS: Record<number, (domain: string) => string> = {
  401: () => 'does not know this key (401): set DIVERT_KEY',
  403: (domain) => `says that this key does not cover ${domain} (403): see the peer's domains`,
};

/**
 * One line for whatever keeps calls from being diverted; none where all is well. An `OPTIONS`-like question
 * about a user that nobody has: it changes nothing, and the edge starts whatever comes of it.
 */
export async function firstQuestions(settings: EdgeSettings): Promise<string[]> {
  // Whom Kamailio will trust.
  const { authorities } = settings;
  tls.setDefaultCACertificates(
    authorities ? [readFileSync(authorities, 'utf8')] : tls.getCACertificates('system'),
  );
  const asked = settings.urls.flatMap((url) =>
    settings.domains.map((domain) => ask(url, settings.key, domain)),
  );
  return [...new Set((await Promise.all(asked)).flatMap((complaint) => complaint ?? []))];
}

async function ask(url: string, key: string, domain: string): Promise<string | undefined> {
  const uri = `sip:divert-edge-starts@${domain}`;
  const question = {
    callId: `edge-start-${process.pid}`,
    requestUri: uri,
    from: `<${uri}>;tag=start`,
    to: `<${uri}>`,
  };
  try {
    const { status } = await fetch(`${url}/v1/route`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: AbortSignal.timeout(5_000),
    });
    if (status === 200) return;
    return `Divert at ${url} ${REFUSALS[status]?.(domain) ?? `answers ${status}`}; calls go on without it`;
  } catch (error) {
    const { cause, message } = error as Error;
    const why = (cause as { code?: string } | undefined)?.code ?? message;
    if (/CERT|SIGNATURE/.test(why)) {
      return `Divert at ${url} shows a certificate that does not hold (${why}): see DIVERT_AUTHORITIES; calls go on without it`;
    }
    return `Divert at ${url} does not answer (${why}); calls go on without it until it does`;
  }
}
