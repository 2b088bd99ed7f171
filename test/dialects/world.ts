import { createHash } from 'node:crypto';
import { createAnswerer } from '../../functions/answer/answer.ts';
import type { LogLine } from '../../functions/answer/log.ts';
import { emptyPolicy, plainPeer } from '../../functions/decide/call-context.ts';
import type { Peer, Policy, Rule, Subscriber } from '../../functions/decide/model.ts';
import { type DialectOptions, serve } from '../../functions/dialects/serve.ts';
import type { HttpRequest, HttpResponse } from '../../functions/http/http.ts';
import { memoryReader } from '../store/memory-reader.ts';

export const KEY = 'k3y-Of-the-peer_0123456789abcdefghijklmnopqrs';
export const KEY_HASH = createHash('sha256').update(KEY).digest('hex');
/** 2026-11-23T12:00:00Z */
export const NOW = Date.UTC(2026, 10, 23, 12);

export const PEER: Peer = {
  ...plainPeer('sbc', ['example.com']),
  hosts: ['192.0.2.10'],
  defaultRoute: '10.0.0.9:9022;transport=tcp',
};

const POLICY: Policy = {
  ...emptyPolicy('example.com'),
  version: 1,
  allow: [
    { is: 'domain', value: 'example.com' },
    { is: 'prefix', value: '+49' },
  ],
};

const CAROL = {
  uri: 'sip:carol@example.com',
  identity: 'carol@example.com',
  names: ['carol@example.com', '+493000000099'],
};
const MOBILE = { uri: 'sip:+4915112345678@example.com;user=phone', identity: '+4915112345678' };
const OFFICE = { uri: 'sip:+4930765432@example.com;user=phone', identity: '+4930765432' };

/** Who is called, by name and by number: every dialect can send one of them. */
export const CALLED = {
  /** Always to carol. */
  name: { user: 'bob', number: '+493000000001' },
  /** Always to a number. */
  number: { user: 'dora', number: '+493000000002' },
  /** Always to carol (q 1) and then to a number (q 0.5). */
  several: { user: 'eve', number: '+493000000003' },
  /** No rule. */
  plain: { user: 'frank', number: '+493000000004' },
  /** Always 486. */
  dnd: { user: 'grace', number: '+493000000005' },
  /** Busy to a number; no answer for 15 s to a number. */
  away: { user: 'heidi', number: '+493000000006' },
  /** Anonymous callers are rejected with 433. */
  shy: { user: 'ivan', number: '+493000000007' },
  /** Always to her own phones and a number at once, from who can call both. */
  atOnce: { user: 'judy', number: '+493000000008' },
  /** Always to heidi (q 1), and then to carol. */
  chain: { user: 'kim', number: '+493000000009' },
} as const;
export type Called = keyof typeof CALLED;

const RULES: Record<Called, Rule[]> = {
  name: [{ name: 'to-carol', when: ['always'], forward: [CAROL] }],
  number: [{ name: 'to-mobile', when: ['always'], forward: [MOBILE] }],
  several: [
    {
      name: 'to-both',
      when: ['always'],
      forward: [
        { ...CAROL, q: 1 },
        { ...OFFICE, q: 0.5 },
      ],
    },
  ],
  plain: [],
  dnd: [{ name: 'do-not-disturb', when: ['always'], reject: 486 }],
  away: [
    { name: 'busy', when: ['busy'], forward: [MOBILE] },
    { name: 'no-answer', when: ['no-answer'], after: 15, forward: [OFFICE] },
  ],
  shy: [
    {
      name: 'no-strangers',
      when: ['always'],
      callers: [{ text: 'anonymous', is: 'anonymous' }],
      reject: 433,
    },
  ],
  atOnce: [
    {
      name: 'rings-both',
      when: ['always'],
      forward: [
        { self: true, q: 1 },
        { ...MOBILE, q: 1 },
      ],
    },
  ],
  chain: [
    {
      name: 'to-heidi',
      when: ['always'],
      forward: [
        {
          uri: 'sip:heidi@example.com',
          identity: 'heidi@example.com',
          names: ['heidi@example.com', '+493000000006'],
          q: 1,
        },
        { ...CAROL, q: 0.5 },
      ],
    },
  ],
};

const SUBSCRIBERS: Subscriber[] = [
  ...(Object.keys(CALLED) as Called[]).map((called) => ({
    user: CALLED[called].user,
    aliases: [CALLED[called].number],
    needs: 1,
    version: 1,
    phone: [],
    rules: RULES[called],
  })),
  { user: 'carol', aliases: ['+493000000099'], needs: 1, version: 1, phone: [], rules: [] },
];

export interface World {
  serve(http: HttpRequest): Promise<HttpResponse>;
  readonly options: DialectOptions;
  readonly log: LogLine[];
}

/** The dialects on the real answerer, its rules in memory. */
export function world(
  change: {
    storeFails?: boolean;
    peer?: Partial<Peer>;
    now?: number;
    secrets?: DialectOptions['secrets']['of'];
  } = {},
): World {
  const log: LogLine[] = [];
  const peer: Peer = { ...PEER, ...change.peer };
  const rules = memoryReader({
    peers: { [KEY]: peer },
    policies: [POLICY],
    subscribers: { 'example.com': SUBSCRIBERS },
  });
  const fails = () => Promise.reject(new Error('the store is down'));
  const reader = change.storeFails
    ? { peer: rules.peer, policy: fails, subscriber: fails, switches: fails, tokenKeys: fails }
    : rules;
  const now = () => change.now ?? NOW;
  const answerer = createAnswerer({
    reader,
    now,
    deadlineMs: 5_000,
    log: (line) => log.push(line),
  });
  const options: DialectOptions = {
    answerer,
    secrets: secretsOf(change.secrets ?? (async () => [])),
    now,
    log: (line) => log.push(line),
  };
  return { serve: (http) => serve(http, options), options, log };
}

/** A request as API Gateway hands it over. */
export function http(path: string, change: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    path,
    query: '',
    body: '',
    ...change,
    headers: { host: 'divert.example', 'x-forwarded-proto': 'https', ...change.headers },
  };
}

/** Secrets that are read for every call, and never newer. */
function secretsOf(read: DialectOptions['secrets']['of']): DialectOptions['secrets'] {
  return { start: async () => {}, of: read, newer: read };
}
