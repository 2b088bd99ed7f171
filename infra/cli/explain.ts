import { Command } from 'commander';
import { PendingRequest } from '../../functions/answer/pending-request.ts';
import type { RouteRequest } from '../../functions/decide/decision.ts';
import type { Peer } from '../../functions/decide/model.ts';
import { type Background, tableBackground } from '../../functions/explain/background.ts';
import { createExplainer, type Explanation } from '../../functions/explain/explain.ts';
import { readerAt } from '../../functions/explain/past.ts';
import { compilePeer } from '../../functions/rules/peers.ts';
import { listPeers } from '../../functions/store/peers.ts';
import { getPolicyRecord } from '../../functions/store/policies.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { sdkReader } from '../../functions/store/sdk-reader.ts';
import { addressOf } from './address.ts';
import { readFiles } from './documents.ts';
import { explanationText } from './explain-text.ts';
import { Failure } from './failure.ts';
import { byKind } from './file-kinds.ts';
import { readInstant } from './instant.ts';
import { type OutputOptions, printJson, withJson } from './output.ts';
import { openStage, type Place, type StageOptions, withStage } from './stage.ts';
import { paintFor } from './terminal.ts';
import { rulesOf } from './test.ts';

interface Options extends StageOptions, OutputOptions {
  readonly from: string;
  readonly to: string;
  readonly outcome?: string;
  readonly ringing?: true;
  readonly contact: string[];
  readonly header: string[];
  readonly source?: string;
  readonly transport?: string;
  readonly canFollow?: true;
  readonly at?: number;
  readonly follow?: true;
  readonly peer?: string;
  readonly file?: string[];
}

/** The rules that are asked: a stage's, or those of files. */
interface Asked {
  readonly reader: RuleReader;
  /** The rules as they were at an instant, milliseconds since the epoch. */
  readerAt(at: number): RuleReader;
  readonly background: Background;
  readonly peers: readonly Peer[];
  hasRules(domain: string): Promise<boolean>;
}

const several = (value: string, before: string[]): string[] => [...before, value];

export const explainCommand = (): Command =>
  withJson(withStage(new Command('explain')))
    .description('show what a call comes to, by which rule, and why not by the others')
    .requiredOption('--from <caller>', 'who calls: alice@example.com, +49171…, anonymous')
    .requiredOption('--to <called>', 'who is called: bob@example.com, a number, a SIP address')
    .option('--outcome <status>', "how the called phone's leg ended: 486, 408, 404, 302 …")
    .option('--ringing', 'it rang before that (assumed for 408)')
    .option('--contact <uri>', "a Contact of the phone's own 302; may be repeated", several, [])
    .option(
      '--header <line>',
      "a header of the INVITE, 'Name: value'; may be repeated",
      several,
      [],
    )
    .option('--source <address>', 'where the INVITE came from')
    .option('--transport <name>', 'how it came: udp, tcp, tls, ws, wss')
    .option('--can-follow', 'the edge can call targets itself, for callers that follow no 302')
    .option(
      '--at <instant>',
      'another time, like "yesterday 17:30" (a weekday: the nearest); in the past: rules of then',
      (text) => readInstant(text),
    )
    .option('--follow', 'go on as the caller would, to where the call ends')
    .option('--peer <name>', 'which peer asks; default: the first that serves the called domain')
    .option(
      '--file <files...>',
      'ask these documents (and peers files), not a table; of one that is named, fetched calendars',
    )
    .addHelpText(
      'after',
      '\nExample:\n  divert explain --from alice@example.com --to bob@example.com --outcome 486 --follow',
    )
    .action(async (options: Options, command: Command) => {
      const asked = options.file
        ? await inFiles(options.file, command)
        : await inTable(await openStage(options));
      const peer = await peerFor(asked, options);
      const request = requestOf(options, peer);
      const explanation = await explained(asked, peer, request, options);
      if (options.json) printJson(explanation);
      else {
        const paint = paintFor(process.stdout);
        process.stdout.write(explanationText(request, explanation, peer.name, paint));
      }
    });

async function inTable({ table }: Place): Promise<Asked> {
  const reader = sdkReader(table.client, table.name);
  return {
    reader,
    readerAt: (instant) => readerAt(reader, table, instant),
    background: tableBackground(table),
    peers: (await listPeers(table)).map(({ compiled }) => compiled),
    hasRules: async (domain) => (await getPolicyRecord(table, domain)) !== undefined,
  };
}

/** Throws `Failure` with every mistake in the files. */
async function inFiles(paths: readonly string[], command: Command): Promise<Asked> {
  const { rules, peers } = byKind(readFiles(paths));
  const read = await rulesOf(rules, peers, command);
  return {
    ...read,
    readerAt: () => read.reader,
    background: {
      calendarsAt: async (domain) => read.calendarsOf(domain),
      namesBeside: async (domain) => read.namesOf(domain),
    },
    hasRules: async (domain) => read.policies.some((policy) => policy.domain === domain),
  };
}

/** Asks the code behind /v1/explain. */
async function explained(
  { reader, readerAt, background }: Asked,
  peer: Peer,
  request: RouteRequest,
  { at, follow }: Options,
): Promise<Explanation> {
  const errors: string[] = [];
  const explain = createExplainer({
    reader,
    readerAt,
    background,
    now: Date.now,
    log: (line) => {
      if (line.event === 'error') errors.push(line.message);
    },
  });
  const body = {
    ...request,
    ...(at !== undefined && { at: new Date(at).toISOString() }),
    ...(follow && { follow }),
  };
  const explanation = await explain(new PendingRequest(body, { peer: { ...peer, explain: true } }));
  // An edge gets the safe answer; here somebody wants to know.
  if (errors[0] !== undefined) throw new Failure(`the rules can't be read: ${errors[0]}`);
  return explanation;
}

/**
 * The peer that is named, or that serves the called domain; where that has rules and no peer yet, one
 * without settings. Throws `Failure` where nobody would ask about the call.
 */
async function peerFor({ peers, hasRules }: Asked, { peer: name, to }: Options): Promise<Peer> {
  if (name !== undefined) {
    const named = peers.find((peer) => peer.name === name);
    if (named) return named;
    const known = peers.map((peer) => peer.name).join(', ') || 'there are none';
    throw new Failure(`no peer ${name} (${known})`);
  }
  const domain = /@(\[[^\]]*\]|[^:;>?]+)/.exec(to)?.[1]?.toLowerCase();
  const serving = peers.find(
    ({ domains, hosts }) =>
      domain === undefined || domains.includes(domain) || hosts.includes(domain),
  );
  if (serving) return serving;
  if (domain === undefined) throw new Failure(`--to ${to}: give a domain, as ${to}@example.com`);
  const { peer, problems } = compilePeer({ name: 'none', domains: [domain] });
  if (!peer) throw new Failure(`--to ${to}: ${problems[0]?.message ?? 'no domain'}`);
  if (await hasRules(domain)) return peer;
  const served = [...new Set(peers.flatMap(({ domains }) => domains))].sort();
  const known = served.length > 0 ? `served: ${served.join(', ')}` : 'there are no peers';
  throw new Failure(
    `--to ${to}: no peer serves ${domain}, and there are no rules of it (${known})`,
  );
}

function requestOf(options: Options, peer: Peer): RouteRequest {
  const { outcome, ringing, contact, header, source, transport, canFollow } = options;
  const to = addressOf(options.to, peer);
  const from =
    options.from === 'anonymous'
      ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
      : `<${addressOf(options.from, peer)}>`;
  const status = Number(outcome);
  return {
    callId: 'explain',
    requestUri: to,
    from: `${from};tag=1`,
    to: `<${to}>`,
    ...(source !== undefined && { sourceAddress: source }),
    ...(transport !== undefined && { transport }),
    ...(canFollow && { canFollow }),
    ...(header.length > 0 && { headers: headersOf(header) }),
    ...(outcome !== undefined && {
      outcome: {
        status,
        ringing: ringing ?? status === 408,
        ...(contact.length > 0 && { contacts: contact.map((uri) => `<${addressOf(uri, peer)}>`) }),
      },
    }),
  };
}

function headersOf(lines: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const line of lines) {
    const [, name, value] = /^\s*([^\s:]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (!name || value === undefined) throw new Failure(`--header '${line}': write 'Name: value'`);
    headers[name] = [...(headers[name] ?? []), value];
  }
  return headers;
}
