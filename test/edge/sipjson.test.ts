/** `/v1/route/kamailio`: the document that Kamailio's own sipjson module makes of an INVITE, sent to Divert itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KAMAILIO } from '../../infra/edge/kamailio/debian.ts';
import { type Local, startLocal } from '../../infra/local/local.ts';
import { PATIENT_DIVERT } from './patience.ts';
import { freePort } from './ports.ts';
import { found } from './scenario.ts';
import { exchange, request } from './sip.ts';

const MODULES = 'tm sl pv textops siputils xlog jansson sipjson http_client';

/** The reply tells the HTTP status, the first Contact and the first two header lines of the answer. */
const configuration = (port: number, url: string, key: string) => `#!KAMAILIO
log_stderror=yes
children=1
listen=udp:127.0.0.1:${port}
${MODULES.split(' ')
  .map((name) => `loadmodule "${name}.so"`)
  .join('\n')}
modparam("http_client", "query_result", 0)
modparam("http_client", "httpcon", "divert=>${url};timeout=5")
request_route {
	if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
	sj_serialize("0ct", "$var(sip)");
	$var(headers) = "{}";
	jansson_set("string", "From", "$hdr(From)", "$var(headers)");
	if ($hdr(Diversion) != $null) jansson_set("string", "Diversion", "$(hdr(Diversion)[*])", "$var(headers)");
	jansson_set("object", "headers", "$var(headers)", "$var(sip)");
	$var(status) = http_connect("divert", "/v1/route/kamailio", "application/json\\r\\nAuthorization: Bearer ${key}", "$var(sip)", "$var(answer)");
	jansson_get("contacts[0]", "$var(answer)", "$var(contact)");
	jansson_get("headers[0]", "$var(answer)", "$var(first)");
	jansson_get("headers[1]", "$var(answer)", "$var(second)");
	append_to_reply("Contact: $var(contact)\\r\\n$var(first)\\r\\n$var(second)\\r\\n");
	# To a 302 Kamailio itself adds Contacts, or a warning.
	sl_send_reply("480", "HTTP $var(status)");
}
`;

const folder = mkdtempSync(join(tmpdir(), 'divert-sipjson-'));
let local: Local;
let kamailio: ChildProcess;
let port: number;
let log = '';

beforeAll(async () => {
  const document = join(folder, 'example.com.yaml');
  writeFileSync(
    document,
    `domain: example.com
country: DE
subscribers:
  bob: { aliases: ["+49301234567"], rules: [{ when: always, forward: carol }] }
  carol: {}
`,
  );
  local = await startLocal({ documents: [document], port: 0, environment: PATIENT_DIVERT });
  port = await freePort();
  const file = join(folder, 'kamailio.cfg');
  writeFileSync(file, configuration(port, local.url, local.key));
  const run = [KAMAILIO, '-f', file, '-DD', '-E', '-m', '64', '-M', '8', '-Y', folder];
  kamailio = spawn('setpriv', ['--pdeathsig=TERM', ...run], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [kamailio.stdout, kamailio.stderr]) {
    stream?.on('data', (data: Buffer) => {
      log += data.toString();
    });
  }
  for (let attempt = 1; kamailio.exitCode === null; attempt++) {
    const options = request('OPTIONS', 'sip:ping@example.com', { cseq: attempt });
    if (await exchange(port, options, 200)) return;
  }
  throw new Error(`Kamailio does not start:\n${log}`);
});
afterAll(async () => {
  if (kamailio?.exitCode === null) {
    kamailio.kill('SIGTERM');
    await once(kamailio, 'close');
  }
  await local?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['a name', 'sip:bob@example.com'],
  ['an escaped name, a port and parameters', 'sip:%62ob@example.com:5060;transport=udp;x=y'],
  ['a number', 'sip:030-1234567@example.com;user=phone'],
  ['a tel: URI', 'tel:+49-30-1234567'],
])('is understood with %s as Request-URI', async (_, uri) => {
  const invite = request('INVITE', uri, {
    lines: [
      'User-Agent: a "phone" \\ with\ttrouble',
      'Diversion: <sip:dave@example.com>;reason=user-busy',
      'Diversion: <sip:erin@example.com>;reason=no-answer',
    ],
  });
  const reply = found(await exchange(port, invite, 5000));
  expect(reply).toMatch(/^SIP\/2\.0 480 HTTP 200\r\n/);
  expect(reply).toMatch(/^Contact: <sip:carol@example\.com;cause=302\b[^>]*>;q=1\.0;mp=1\r$/m);
  expect(reply.match(/^Diversion: .*(?=\r$)/gm)).toEqual([
    expect.stringMatching(/^Diversion: <sip:.*@example\.com.*>;reason=unconditional;counter=1/),
    expect.stringContaining('dave@example.com'),
  ]);
  expect(log).not.toMatch(/\b(WARNING|ERROR|CRITICAL)\b/);
});
