import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Peer } from '../../functions/decide/model.ts';
import { dialPlanOf } from '../../functions/rules/numbering/numbering-plan.ts';
import { compilePeer, loadPeers } from '../../functions/rules/peers.ts';
import { printProblem } from '../../functions/rules/source/fault.ts';

const load = (text: string) => loadPeers({ name: 'peers.yaml', text });

describe('a peer', () => {
  const peers: [what: string, yaml: string, peer: Partial<Peer>][] = [
    ['has defaults', '', {}],
    [
      'has domains and hosts in the spelling in which URIs compare',
      'hosts: [SBC.example.com, 192.0.2.1, "2001:DB8::0:1", "[2001:db8::2]"]',
      { hosts: ['sbc.example.com', '192.0.2.1', '[2001:db8::1]', '[2001:db8::2]'] },
    ],
    [
      'has trunks',
      'trunks: [198.51.100.7, 203.0.113.0/24, "2001:db8::/32"]',
      { trunks: ['198.51.100.7', '203.0.113.0/24', '2001:db8::/32'] },
    ],
    [
      'dials as in a country',
      'numbers: { country: US }',
      {
        plan: dialPlanOf('US'),
      },
    ],
    [
      'sends E.164 without +',
      'numbers: { country: DE, bare: international }',
      { plan: { ...dialPlanOf('DE'), bare: 'international' } },
    ],
    [
      'dials in its own way',
      'numbers: { countryCode: "49", international: ["00", "9000"], national: "90", lengths: [11, 10] }',
      {
        plan: {
          countryCode: '49',
          international: ['9000', '00'],
          national: '90',
          lengths: [10, 11],
        },
      },
    ],
    [
      'has settings',
      'trustIdentity: false, headers: none, divertedAs: number, loopToken: false, explain: true, defaultRoute: 10.0.0.1:5060;transport=tcp',
      {
        trustIdentity: false,
        headers: 'none',
        divertedAs: 'number',
        loopToken: false,
        explain: true,
        defaultRoute: '10.0.0.1:5060;transport=tcp',
      },
    ],
    [
      'believes some addresses with more',
      'trunks: [198.51.100.0/24, 2001:db8::/32], psapCallbacks: [198.51.100.7, 198.51.100.128/25, "2001:db8::7"], trustDiversion: [198.51.100.7]',
      {
        trunks: ['198.51.100.0/24', '2001:db8::/32'],
        psapCallbacks: ['198.51.100.7', '198.51.100.128/25', '2001:db8::7'],
        trustDiversion: ['198.51.100.7'],
      },
    ],
    ['believes no Diversion', 'trustDiversion: false', { trustDiversion: false }],
    ['believes every Diversion', 'trustDiversion: true, psapCallbacks: []', {}],
    [
      'diverts calls itself',
      'follow: { trunks: true, transports: [ws, wss], userAgents: ["JsSIP"] }, callerId: diverting-from',
      {
        follow: { trunks: true, transports: ['ws', 'wss'], userAgents: ['jssip'] },
        callerId: 'diverting-from',
      },
    ],
    [
      'signs diversions',
      'stir: { x5u: "https://cert.example.com/a.pem", key: carrier }',
      { stir: { x5u: 'https://cert.example.com/a.pem', key: 'carrier' } },
    ],
    ['shows the caller', 'follow: { trunks: false }, callerId: original', {}],
    ['is inside a trust domain', 'hidden: marked', { hidden: 'marked' }],
    ['hides', 'hidden: anonymous', {}],
  ];
  test.each(peers)('%s', (_, yaml, peer) => {
    const text = `peers: [{ name: a, domains: [Example.com, b.de]${yaml && `, ${yaml}`} }]`;
    expect(load(text)).toEqual({
      problems: [],
      peers: [
        {
          name: 'a',
          domains: ['example.com', 'b.de'],
          hosts: [],
          trunks: [],
          trustIdentity: true,
          headers: 'both',
          divertedAs: 'dialled',
          loopToken: true,
          explain: false,
          ...peer,
        },
      ],
    });
  });

  test('by itself has its mistakes told with JSON Pointers', () => {
    expect(compilePeer({ name: 'A', domains: [], hosts: ['a:1'], trunk: [] })).toEqual({
      peer: undefined,
      problems: [
        {
          pointer: '/name',
          message:
            "must be a name of small letters, digits, '_', '.' and '-', at most 64 characters, not 'A'",
        },
        { pointer: '/domains', message: 'must have at least 1 entry', about: 'content' },
        { pointer: '/trunk', message: "unknown key 'trunk', did you mean 'trunks'?", about: 'key' },
        { pointer: '/hosts/0', message: "'a:1' is no host name or address (without port)" },
      ],
    });
    expect(compilePeer(null)).toEqual({
      peer: undefined,
      problems: [{ pointer: '', message: 'is empty; it must be a mapping' }],
    });
  });
});

test('every mistake is told with its place', () => {
  const { problems } = load(`peers:
  - name: a
    domains: [exa mple]
    trunks: [300.1.1.1, 10.0.0.0/33, 10.0.0.1:5060, fe80::1%eth0]
    numbers: { country: UK }
  - name: a
    domains: [b.de]
    header: both
    headers: diverson
    divertedAs: e164
    numbers: { countryCode: 49, length: [10] }
    psapCallbacks: [192.0.2.1, 10.0.0.0/8]
    trunks: [10.1.0.0/16]
    trustDiversion: [x]
    hidden: never
  - b
`);
  expect(problems.map(printProblem)).toEqual([
    "peers.yaml:3:15: must be the name of a SIP domain like example.com, not 'exa mple'",
    "peers.yaml:4:14: '300.1.1.1' is no address (198.51.100.7) and no CIDR block (203.0.113.0/24)",
    "peers.yaml:4:25: '10.0.0.0/33' is no address (198.51.100.7) and no CIDR block (203.0.113.0/24)",
    "peers.yaml:4:38: '10.0.0.1:5060' is no address (198.51.100.7) and no CIDR block (203.0.113.0/24)",
    "peers.yaml:4:53: 'fe80::1%eth0' is no address (198.51.100.7) and no CIDR block (203.0.113.0/24)",
    "peers.yaml:5:25: unknown country 'UK', did you mean 'GB'?",
    "peers.yaml:6:11: 'a' is already the name of a peer above",
    "peers.yaml:8:5: unknown key 'header', did you mean 'headers'?",
    "peers.yaml:9:14: unknown word 'diverson', did you mean 'diversion'?",
    "peers.yaml:10:17: unknown word 'e164'; known: dialled, aor, number",
    "peers.yaml:11:14: 'lengths' is missing",
    'peers.yaml:11:29: must be a text: a country calling code in quotes, like "49": put it in quotes, "49"',
    "peers.yaml:11:33: unknown key 'length', did you mean 'lengths'?",
    "peers.yaml:12:21: '192.0.2.1' is within none of the trunks: an emergency centre calls from outside",
    "peers.yaml:12:32: '10.0.0.0/8' is within none of the trunks: an emergency centre calls from outside",
    "peers.yaml:14:22: 'x' is no address (198.51.100.7) and no CIDR block (203.0.113.0/24)",
    "peers.yaml:15:13: unknown word 'never'; known: anonymous, marked",
    "peers.yaml:16:5: must be a mapping, not 'b'",
  ]);
});

test('the file of this repository is sound', () => {
  expect(load(readFileSync('infra/peers.yaml', 'utf8')).problems).toEqual([]);
});
