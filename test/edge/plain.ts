/** A Kamailio of somebody else's with nothing but defaults, into which divert.cfg was pasted as README.md says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncClient, KAMAILIO } from '../../infra/edge/kamailio/debian.ts';
import { freePort } from './ports.ts';
import { exchange, request } from './sip.ts';

/** Another Kamailio than the installed one, and its modules. */
const PROGRAM = process.env.DIVERT_TEST_KAMAILIO ?? KAMAILIO;
const MODULES = process.env.DIVERT_TEST_KAMAILIO_MODULES;
const FOLDER = join(import.meta.dirname, '../../infra/edge/kamailio');

export interface Pasted {
  readonly url: string;
  readonly way: string;
  /** The called users' phones are all there. */
  readonly phone: number;
  /** Further #!define and #!substdef lines, without `#!`. */
  readonly settings?: readonly string[];
  /** Core settings, and whatever else stands before the include. */
  readonly before?: string;
  readonly after?: string;
  /** What request_route begins with. */
  readonly first?: string;
  readonly file?: string;
}

const configuration = (port: number, pasted: Pasted) => `#!KAMAILIO
listen=udp:127.0.0.1:${port}
log_stderror=yes
# Stopped while it starts, 5.6's TCP process says so without end, until it is killed.
disable_tcp=yes
exit_timeout=5
${MODULES ? `mpath="${MODULES}/"` : ''}
${pasted.before ?? ''}
${['tm', 'sl', 'pv', 'xlog', 'textops', 'siputils'].map((name) => `loadmodule "${name}.so"`).join('\n')}
#!substdef "!DIVERT_URL!${pasted.url}!g"
#!substdef "!DIVERT_KEY!local-key!g"
#!substdef "!DIVERT_DOMAINS!example[.]com!g"
#!substdef "!DIVERT_SELF!sip:127.0.0.1:${port}!g"
${pasted.way === 'packages' || pasted.file ? '' : `#!substdef "!DIVERT_HTTP_ASYNC!${asyncClient()}!g"`}
${(pasted.settings ?? []).map((line) => `#!${line}`).join('\n')}
include_file "${join(FOLDER, pasted.file ?? 'divert.cfg')}"
request_route {
	${pasted.first ?? ''}
	if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
	if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
	if (is_method("ACK")) { t_check_trans(); if (has_totag()) forward(); exit; }
	if (has_totag() || !is_method("INVITE")) { t_relay(); exit; }
	t_check_trans();
	route(DIVERT);
}
route[DIVERT_TO_CALLEE] {
	$du = "sip:127.0.0.1:${pasted.phone}";
	return(1);
}
${pasted.after ?? ''}
`;

export class PlainKamailio {
  readonly port: number;
  log = '';
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    const run = [PROGRAM, '-f', join(folder, 'kamailio.cfg'), '-DD', '-E', '-m', '256', '-M', '8'];
    this.#child = spawn('setpriv', ['--pdeathsig=TERM', ...run, '-Y', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.log += data.toString();
      });
    }
  }

  static async start(pasted: Pasted): Promise<PlainKamailio> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'divert-plain-'));
    writeFileSync(join(folder, 'kamailio.cfg'), configuration(port, pasted));
    const kamailio = new PlainKamailio(port, folder);
    for (let n = 1; n < 100 && kamailio.#child.exitCode === null; n++) {
      const options = request('OPTIONS', 'sip:ping@example.com', { cseq: n });
      if (await exchange(port, options, 200)) return kamailio;
    }
    await kamailio.stop();
    throw new Error(`Kamailio does not start:\n${kamailio.log}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'close');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
