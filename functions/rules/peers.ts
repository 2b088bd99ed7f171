import { isIP } from 'node:net';
import type { DialPlan, Followed, Peer } from '../decide/model.ts';
import { comesFrom } from '../decide/trunk.ts';
import { compileEach, entriesOf } from './entries.ts';
import { COUNTRIES, dialPlanOf, unknownCountry } from './numbering/numbering-plan.ts';
import {
  type NumbersSource,
  type OwnPlanSource,
  type PeerSource,
  type PeersDocument,
  peerShape,
  peersShape,
} from './schema/peers-document.ts';
import {
  type Fault,
  gather,
  inOrder,
  type Problem,
  pointerTo,
  quoted,
  type Report,
} from './source/fault.ts';
import { locator, parseFile, type SourceFile } from './source/source-file.ts';
import { type WithoutFaults, withoutFaults } from './source/without-faults.ts';
import { readUri } from './uri.ts';

/** Peers, and all that is wrong with them: while there is anything, they are not to be used. */
export interface CompiledPeers {
  readonly peers: readonly Peer[];
  readonly problems: readonly Fault[];
}

/** Checks a peers document, of which nothing is assumed, and compiles it. */
export function compilePeers(source: unknown): CompiledPeers {
  const { report, faults } = gather();
  peersShape.check(source, '', report);
  const names = new Set<string>();
  const sources = withoutFaults<PeersDocument>(source, faults)?.peers ?? [];
  const peers = sources.flatMap((peer, index) => {
    if (peer === undefined) return [];
    const pointer = pointerTo('/peers', index);
    const { name = '' } = peer;
    if (name && names.has(name)) {
      report(`${pointer}/name`, `${quoted(name)} is already the name of a peer above`);
    }
    names.add(name);
    return [compilePeerAt(peer, pointer, report)];
  });
  return { peers, problems: faults };
}

/** Checks and compiles one peer, of which nothing is assumed; pointers begin at it. */
export function compilePeer(source: unknown): {
  readonly peer: Peer | undefined;
  readonly problems: readonly Fault[];
} {
  const { report, faults } = gather();
  peerShape.check(source, '', report);
  const peer = compilePeerAt(withoutFaults<PeerSource>(source, faults) ?? {}, '', report);
  return { peer: faults.length > 0 ? undefined : peer, problems: faults };
}

/** Reads and compiles a peers file. */
export function loadPeers(file: SourceFile): {
  readonly peers: readonly Peer[];
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const source = parseFile(file, problems);
  if (source === undefined) return { peers: [], problems };
  const locate = locator([file]);
  const compiled = compilePeers(source);
  return {
    peers: compiled.peers,
    problems: inOrder([...problems, ...compiled.problems.map((fault) => locate(fault))], []),
  };
}

function compilePeerAt(source: WithoutFaults<PeerSource>, pointer: string, report: Report): Peer {
  const plan = source.numbers && compileNumbers(source.numbers, `${pointer}/numbers`, report);
  const each = (key: 'hosts' | 'trunks', compile: (text: string) => { value: string } | string) =>
    compileEach(source[key], `${pointer}/${key}`, report, compile).map(({ value }) => value);
  const trunks = each('trunks', compileTrunk);
  const psapCallbacks = compileEach(
    source.psapCallbacks,
    `${pointer}/psapCallbacks`,
    report,
    (text) => {
      const compiled = compileTrunk(text);
      if (typeof compiled === 'string' || trunks.some((trunk) => contains(trunk, text))) {
        return compiled;
      }
      return `${quoted(text)} is within none of the trunks: an emergency centre calls from outside`;
    },
  ).map(({ value }) => value);
  const { trustDiversion = true } = source;
  const believed =
    typeof trustDiversion !== 'boolean'
      ? compileEach(trustDiversion, `${pointer}/trustDiversion`, report, compileTrunk).map(
          ({ value }) => value,
        )
      : trustDiversion;
  const domains = entriesOf(source.domains, `${pointer}/domains`);
  return {
    name: source.name ?? '',
    domains: [...new Set(domains.map(({ value }) => value.toLowerCase()))],
    hosts: each('hosts', compileHost),
    trunks,
    trustIdentity: source.trustIdentity ?? true,
    ...(psapCallbacks.length > 0 && { psapCallbacks }),
    ...(believed !== true && { trustDiversion: believed }),
    ...(source.hidden === 'marked' && { hidden: 'marked' as const }),
    ...compileFollow(source.follow),
    ...(source.callerId !== undefined &&
      source.callerId !== 'original' && { callerId: source.callerId }),
    ...(source.stir?.x5u !== undefined &&
      source.stir.key !== undefined && { stir: { x5u: source.stir.x5u, key: source.stir.key } }),
    ...(plan && { plan }),
    headers: source.headers ?? 'both',
    divertedAs: source.divertedAs ?? 'dialled',
    loopToken: source.loopToken ?? true,
    explain: source.explain ?? false,
    ...(source.defaultRoute !== undefined && { defaultRoute: source.defaultRoute }),
  };
}

/** A host in the spelling in which hosts of URIs are compared. */
function compileHost(text: string): { value: string } | string {
  const uri = readUri(`sip:${isIP(text) === 6 ? `[${text}]` : text}`);
  const plain =
    typeof uri !== 'string' &&
    uri.scheme === 'sip' &&
    uri.user === undefined &&
    uri.port === undefined &&
    uri.params.length === 0 &&
    uri.headers === undefined;
  return plain ? { value: uri.host } : `${quoted(text)} is no host name or address (without port)`;
}

function compileTrunk(text: string): { value: string } | string {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const inRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return version !== 0 && !address.includes('%') && inRange && rest.length === 0
    ? { value: text }
    : `${quoted(text)} is no address (198.51.100.7) and no CIDR block (203.0.113.0/24)`;
}

/** Whether an address or block lies wholly inside a trunk. */
function contains(trunk: string, text: string): boolean {
  const [address = '', bits = isIP(address) === 6 ? '128' : '32'] = text.split('/');
  const [outer = '', outerBits = isIP(outer) === 6 ? '128' : '32'] = trunk.split('/');
  return Number(bits) >= Number(outerBits) && comesFrom(address, [`${outer}/${outerBits}`]);
}

function compileFollow(source: WithoutFaults<PeerSource['follow']> | undefined): {
  follow?: Followed;
} {
  const lower = (values: readonly (string | undefined)[] | undefined): string[] =>
    (values ?? []).flatMap((value) => value?.toLowerCase() ?? []);
  const transports = lower(source?.transports);
  const userAgents = lower(source?.userAgents);
  const follow: Followed = {
    ...(source?.trunks && { trunks: true }),
    ...(transports.length > 0 && { transports }),
    ...(userAgents.length > 0 && { userAgents }),
  };
  return Object.keys(follow).length > 0 ? { follow } : {};
}

function compileNumbers(
  source: WithoutFaults<NumbersSource>,
  pointer: string,
  report: Report,
): DialPlan | undefined {
  if (!('country' in source)) return compileOwnPlan(source as WithoutFaults<OwnPlanSource>);
  const { country, bare } = source;
  if (country === undefined) return undefined;
  if (COUNTRIES.includes(country)) return { ...dialPlanOf(country), ...(bare && { bare }) };
  report(`${pointer}/country`, unknownCountry(country));
  return undefined;
}

function compileOwnPlan(source: WithoutFaults<OwnPlanSource>): DialPlan {
  const { countryCode = '', international = ['00'], national, lengths = [], bareNational } = source;
  return {
    countryCode,
    // Longest first, so that one that begins with another is found.
    international: international
      .filter((prefix) => prefix !== undefined)
      .toSorted((a, b) => b.length - a.length),
    ...(national !== undefined && { national }),
    lengths: lengths.filter((length) => length !== undefined).toSorted((a, b) => a - b),
    ...(bareNational && { bareNational }),
  };
}
