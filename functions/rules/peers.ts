import { isIP } from 'node:net';
import type { DialPlan, Peer } from '../decide/model.ts';
import { compileEach } from './entries.ts';
import { type NumbersSource, type PeerSource, peerShape, peersShape } from './peers-document.ts';
import { COUNTRIES, dialPlanOf } from './phone-facts.ts';
import {
  type Fault,
  gather,
  hint,
  inOrder,
  type Problem,
  pointerTo,
  quoted,
  type Report,
} from './problem.ts';
import { soundnessAfter } from './soundness.ts';
import { locator, parseFile, type SourceFile } from './source-file.ts';
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
  const sound = soundnessAfter(faults);
  const sources =
    sound.itself('') && sound.itself('/peers') ? (source as { peers: PeerSource[] }).peers : [];
  const names = new Set<string>();
  const peers = sources.flatMap((peer, index) => {
    const pointer = pointerTo('/peers', index);
    if (!sound.whole(pointer)) return [];
    if (names.has(peer.name)) {
      report(`${pointer}/name`, `${quoted(peer.name)} is already the name of a peer above`);
    }
    names.add(peer.name);
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
  if (faults.length > 0) return { peer: undefined, problems: faults };
  const peer = compilePeerAt(source as PeerSource, '', report);
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

function compilePeerAt(source: PeerSource, pointer: string, report: Report): Peer {
  const plan = source.numbers && compileNumbers(source.numbers, `${pointer}/numbers`, report);
  const each = (key: 'hosts' | 'trunks', compile: (text: string) => { value: string } | string) =>
    compileEach(source[key] ?? [], `${pointer}/${key}`, report, compile).map(({ value }) => value);
  return {
    name: source.name,
    domains: [...new Set(source.domains.map((domain) => domain.toLowerCase()))],
    hosts: each('hosts', compileHost),
    trunks: each('trunks', compileTrunk),
    trustIdentity: source.trustIdentity ?? true,
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

function compileNumbers(
  source: NumbersSource,
  pointer: string,
  report: Report,
): DialPlan | undefined {
  if ('country' in source) {
    if (COUNTRIES.includes(source.country)) return dialPlanOf(source.country);
    const near = hint(source.country, COUNTRIES);
    report(`${pointer}/country`, `unknown country ${quoted(source.country)}${near}`);
    return undefined;
  }
  const { countryCode, international = ['00'], national, lengths, bareNational } = source;
  return {
    countryCode,
    // Longest first, so that one that begins with another is found.
    international: international.toSorted((a, b) => b.length - a.length),
    ...(national !== undefined && { national }),
    lengths: lengths.toSorted((a, b) => a - b),
    ...(bareNational && { bareNational }),
  };
}
