/**
 * `npm start [-- [--allow-removals] FILE…]`: Divert on this machine, with the rules of infra/rules/example.com.yaml or
 * of the named files. PORT, DIVERT_KEY, DIVERT_DATA, DYNAMODB_ENDPOINT; DIVERT_THROTTLE, the
 * requests a second and at once that are let through (`50/100`, or `deployed`; all without it); other
 * DIVERT_ settings go to the functions.
 */
import { styleText } from 'node:util';
import { isEmpty, type Plan } from '../../functions/provision/apply/plan.ts';
import { listSubscribers } from '../../functions/store/subscribers.ts';
import { argumentsFrom } from '../arguments.ts';
import { changeLine } from './change-line.ts';
import { DEFAULT_DATA, rememberFolder } from './data-folder.ts';
import { LocalFailure } from './failure.ts';
import { type Local, startLocal } from './local.ts';
import { readableLines } from './log-lines.ts';
import { sampleRequests } from './sample.ts';
import type { Throttle } from './token-bucket.ts';

const EXAMPLE = 'infra/rules/example.com.yaml';
/** Although many subscribers would go. */
const ALLOW = '--allow-removals';
const USAGE = `npm start [-- FILE…]: Divert on this machine, until Ctrl-C
  FILE…              of rules, of one domain or several; default: ${EXAMPLE}
  ${ALLOW}   although many subscribers would go
settings, as environment variables:
  PORT               of the HTTP server; default 3000
  DIVERT_KEY         the local peer's key; default local-key
  DIVERT_DATA        the folder that keeps the data; default .divert/data
  DIVERT_THROTTLE    requests a second and at once that are let through, as 50/100, or deployed; default: all
  DIVERT_JWT_ISSUER  an OpenID provider to sign in to the console at, with DIVERT_JWT_AUDIENCE and
                     DIVERT_CONSOLE_CLIENT (docs/console.md); default: one of this machine
  DYNAMODB_ENDPOINT  a DynamoDB API to use instead of the embedded one
  DIVERT_…           go to the functions (docs/deploying.md)`;
/** These are settings of the start itself. */
const OWN = ['DIVERT_KEY', 'DIVERT_DATA', 'DIVERT_TABLE', 'DIVERT_STAGE', 'DIVERT_THROTTLE'];

const files = argumentsFrom(USAGE, Number.POSITIVE_INFINITY, [ALLOW]);
let ending = false;
try {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    throw new LocalFailure(
      `this is Node ${process.versions.node}, not 24: run \`npm install\` without --ignore-scripts, then \`npm start\``,
    );
  }
  await start(files, process.env);
} catch (error) {
  // What fails because everything is being ended is no failure.
  if (!ending) {
    if (!(error instanceof LocalFailure)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function start(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const files = args.filter((argument) => argument !== ALLOW);
  const { PORT = '3000', DIVERT_KEY, DIVERT_DATA, DIVERT_THROTTLE, DYNAMODB_ENDPOINT } = env;
  const port = /^\d{1,5}$/.test(PORT) ? Number(PORT) : 0;
  if (port < 1 || port > 65_535)
    throw new LocalFailure(`PORT=${PORT}: give a port from 1 to 65535`);
  const throttle = throttleIn(DIVERT_THROTTLE);
  const settings = Object.entries(env).filter(
    (entry): entry is [string, string] => /^DIVERT_/.test(entry[0]) && !OWN.includes(entry[0]),
  );
  let stop = async (): Promise<void> => {};
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      ending = true;
      stop().finally(() => process.exit(0));
    });
  }
  // The functions' log lines come after what is said here.
  let print: (text: string) => void = (text) => void held.push(text);
  const held: string[] = [];
  const local = await startLocal({
    documents: files.length > 0 ? files : [EXAMPLE],
    allowRemovals: args.includes(ALLOW),
    port,
    data: DIVERT_DATA || DEFAULT_DATA,
    environment: Object.fromEntries(settings),
    console: { env },
    onOutput: readableLines((text) => print(text)),
    onChange: (event) => print(`${changeLine(event)}\n`),
    ...(throttle && { throttle }),
    ...(DIVERT_KEY && { key: DIVERT_KEY }),
    ...(DYNAMODB_ENDPOINT && { endpoint: DYNAMODB_ENDPOINT }),
  });
  stop = local.stop;
  if (DIVERT_DATA) rememberFolder(DIVERT_DATA);
  for (const warning of local.warnings) console.log(`${styleText('yellow', 'warning')} ${warning}`);
  for (const plan of local.plans) console.log(changes(plan));
  await show(local);
  print = (text) => process.stdout.write(text);
  for (const text of held) print(text);
}

/** What DIVERT_THROTTLE says; undefined: no limits. */
function throttleIn(text = ''): Throttle | 'deployed' | undefined {
  if (text === '') return undefined;
  if (text === 'deployed') return 'deployed';
  const [, rate, burst] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? [];
  if (rate && burst) return { rate: Number(rate), burst: Number(burst) };
  throw new LocalFailure(
    `DIVERT_THROTTLE=${text}: give requests a second and at once, as 50/100, or deployed`,
  );
}

/** `example.com: policy added, 3 subscribers added (alice, bob, carol)` */
function changes(plan: Plan): string {
  if (isEmpty(plan)) return `${plan.domain}: no changes, ${plan.unchanged} subscribers`;
  const parts = plan.policy ? [`policy ${plan.policy.before ? 'changed' : 'added'}`] : [];
  for (const [kind, done] of [
    ['add', 'added'],
    ['change', 'changed'],
    ['remove', 'removed'],
  ] as const) {
    const users = plan.subscribers.filter((step) => step.kind === kind).map(({ user }) => user);
    if (users.length === 0) continue;
    const shown = users.slice(0, 8).join(', ') + (users.length > 8 ? ', …' : '');
    parts.push(
      `${users.length} ${users.length === 1 ? 'subscriber' : 'subscribers'} ${done} (${shown})`,
    );
  }
  return `${plan.domain}: ${parts.join(', ')}`;
}

/** Asks as an edge would, and prints how: the first request that is redirected, else the last. */
async function show({ url, console: page, key, table, plans }: Local): Promise<void> {
  const [domain = ''] = plans.map((plan) => plan.domain);
  const { records } = await listSubscribers(table, domain, { limit: 100 });
  let request = {};
  let answer = '';
  for (request of sampleRequests(domain, records).slice(0, 20)) {
    const response = await fetch(`${url}/v1/route`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    answer = await response.text();
    if (answer.includes('"redirect"')) break;
  }
  const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  console.log(
    `
Divert listens on ${styleText('bold', url)}, the key is ${styleText('bold', key)}. Ctrl-C ends it.
The console is at ${styleText('bold', page ?? '')}. For example, as an edge asks:

curl -s -H ${shell(`authorization: Bearer ${key}`)} -H 'content-type: application/json' \\
  -d ${shell(JSON.stringify(request))} \\
  ${url}/v1/route

${answer}

Calls and changes, in ${Intl.DateTimeFormat().resolvedOptions().timeZone} time:`,
  );
}
