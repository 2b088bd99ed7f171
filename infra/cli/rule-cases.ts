import { PendingRequest } from '../../functions/answer/pending-request.ts';
import type { Answer, RouteRequest } from '../../functions/decide/decision.ts';
import { identityOf } from '../../functions/decide/identity.ts';
import type { Peer, Policy } from '../../functions/decide/model.ts';
import { createExplainer } from '../../functions/explain/explain.ts';
import { parseInstant } from '../../functions/rules/calendars/zone.ts';
import { compilePeer } from '../../functions/rules/peers.ts';
import { casesShape, type RuleCase } from '../../functions/rules/schema/cases-document.ts';
import { many } from '../../functions/rules/schema/schema.ts';
import {
  gather,
  type Problem,
  pointerTo,
  printProblem,
} from '../../functions/rules/source/fault.ts';
import { locator, parseFile, type SourceFile } from '../../functions/rules/source/source-file.ts';
import { parseNameAddr } from '../../functions/sip/name-addr.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { addressOf } from './address.ts';
import { Failure } from './failure.ts';

/** A case, and where it stands. */
export interface Located {
  readonly case: RuleCase;
  readonly file: string;
  readonly line: number;
}

/** What the rules make of a case, in the words of `expect`. */
export interface Outcome {
  readonly action: Answer['action'];
  readonly status?: number;
  readonly rule?: string;
  /** Where it goes, best first, as identities: `carol@example.com`, `+49301234567`. */
  readonly to: readonly string[];
}

/** Everything that is wrong in a file of cases. */
export function caseProblems(file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  const value = parseFile(file, problems);
  if (problems.length > 0) return problems;
  const { report, faults } = gather();
  casesShape.check(value, '', report);
  const locate = locator([file]);
  return faults.map((fault) => locate(fault, file));
}

/** The cases of files. Throws `Failure` with every mistake in them. */
export function readCases(files: readonly SourceFile[]): Located[] {
  const problems = files.flatMap(caseProblems);
  if (problems.length > 0) throw new Failure(problems.map(printProblem).join('\n'));
  return files.flatMap((file) => {
    const { cases } = parseFile(file, []) as { cases: RuleCase[] };
    const locate = locator([file]);
    return cases.map((one, i) => {
      const { line = 1 } = locate({ pointer: pointerTo('/cases', i), message: '' }, file);
      return { case: one, file: file.name, line };
    });
  });
}

/** What rules are asked for cases by. */
export interface Rules {
  readonly reader: RuleReader;
  readonly policies: readonly Policy[];
  /** Declared peers; a case that names none is asked about by a peer without settings. */
  readonly peers: readonly Peer[];
}

/** Decides a case by the core that decides calls. Throws `Failure` where it can't be asked. */
export async function decideCase(one: RuleCase, rules: Rules): Promise<Outcome> {
  const peer = peerOf(one, rules);
  const domain = peer.domains[0] as string;
  const policy = rules.policies.find((it) => it.domain === domain);
  const at = one.at === undefined ? undefined : parseInstant(one.at, policy?.timezone ?? 'UTC');
  if (one.at !== undefined && at === undefined) {
    throw new Failure(`case '${one.name}': at ${one.at} is no time like 2026-12-24T18:00`);
  }
  const reader = withSwitches(one, policy, rules.reader);
  const errors: string[] = [];
  const explain = createExplainer({
    reader,
    readerAt: () => reader,
    now: Date.now,
    log: (line) => {
      if (line.event === 'error') errors.push(line.message);
    },
  });
  const body = {
    ...requestOf(one, peer),
    ...(at !== undefined && { at: new Date(at).toISOString() }),
  };
  const { decision } = await explain(
    new PendingRequest(body, { peer: { ...peer, explain: true } }),
  );
  if (errors[0] !== undefined) throw new Failure(`case '${one.name}': ${errors[0]}`);
  const place = { domain, hosts: [domain], plan: peer.plan ?? policy?.plan };
  const { contacts = [] } = decision;
  return {
    action: decision.action,
    ...(decision.action !== 'continue' && { status: decision.status }),
    ...(decision.rule !== undefined && { rule: decision.rule }),
    to: contacts.map((contact) => identityOf(parseNameAddr(contact).uri, place) ?? contact),
  };
}

/** The rules with the switches as the case has them. Throws `Failure` for one that there is not. */
function withSwitches(
  { name, switches }: RuleCase,
  policy: Policy | undefined,
  reader: RuleReader,
): RuleReader {
  if (switches === undefined) return reader;
  const unknown = switches.find((one) => !Object.hasOwn(policy?.switches ?? {}, one));
  if (unknown !== undefined) throw new Failure(`case '${name}': there is no switch ${unknown}`);
  return { ...reader, switches: async () => ({ on: [...switches] }) };
}

/** What was expected and is otherwise, a line each: `rule: night, not office`. */
export function differences(one: RuleCase, got: Outcome, rules: Rules): string[] {
  const { action, status, rule, to } = one.expect;
  const lines: string[] = [];
  const compare = (what: string, expected: unknown, found: unknown): void => {
    if (expected !== undefined && expected !== found) {
      lines.push(`${what}: expected ${expected}, got ${found ?? 'none'}`);
    }
  };
  compare('action', action, got.action);
  compare('status', status, got.status);
  compare('rule', rule, got.rule);
  if (to !== undefined) {
    const wanted = many(to).map((text) => identityIn(text, peerOf(one, rules), rules));
    const found = Array.isArray(to) ? got.to : got.to.slice(0, 1);
    compare('to', wanted.join(', '), found.join(', ') || undefined);
  }
  return lines;
}

function identityIn(text: string, peer: Peer, { policies }: Rules): string {
  const domain = peer.domains[0] as string;
  const plan = peer.plan ?? policies.find((it) => it.domain === domain)?.plan;
  const { uri } = parseNameAddr(`<${addressOf(text, peer)}>`);
  return identityOf(uri, { domain, hosts: [domain], plan }) ?? text;
}

/** The peer that a case is asked about by. */
function peerOf({ name, peer: wanted, to }: RuleCase, { peers, policies }: Rules): Peer {
  if (wanted !== undefined) {
    const named = peers.find((peer) => peer.name === wanted);
    if (named) return named;
    throw new Failure(`case '${name}': no peer ${wanted} in the files`);
  }
  const host = /@(\[[^\]]*\]|[^:;>?]+)/.exec(to)?.[1]?.toLowerCase();
  const domain = policies.find((policy) => policy.domain === host) ?? policies[0];
  if (!domain) throw new Failure('give the rules too: divert test RULES CASES');
  const { peer } = compilePeer({ name: 'none', domains: [domain.domain] });
  if (!peer) throw new Failure(`case '${name}': no peer can be made for ${domain.domain}`);
  return peer;
}

function requestOf(
  { from, to, outcome, headers, source, name }: RuleCase,
  peer: Peer,
): RouteRequest {
  const called = addressOf(to, peer);
  const caller =
    from === 'anonymous'
      ? '"Anonymous" <sip:anonymous@anonymous.invalid>'
      : `<${addressOf(from, peer)}>`;
  const ended =
    typeof outcome === 'number' ? { status: outcome, ringing: outcome === 408 } : outcome;
  return {
    callId: `case ${name}`,
    requestUri: called,
    from: `${caller};tag=1`,
    to: `<${called}>`,
    ...(source !== undefined && { sourceAddress: source }),
    ...(headers !== undefined && { headers: listed(headers) }),
    ...(ended !== undefined && {
      outcome: {
        status: ended.status,
        ...(ended.ringing !== undefined && { ringing: ended.ringing }),
        ...('contacts' in ended &&
          ended.contacts !== undefined && { contacts: [...many(ended.contacts)] }),
        ...('headers' in ended &&
          ended.headers !== undefined && { headers: listed(ended.headers) }),
      },
    }),
  };
}

const listed = (headers: Readonly<Record<string, string | readonly string[]>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [...many(value)]]));
