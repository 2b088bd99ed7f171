import { type AnswererOptions, createAnswerer } from '../../functions/answer/answer.ts';
import type { LogLine } from '../../functions/answer/log.ts';
import { route } from '../../functions/answer/route.ts';
import { emptyPolicy, plainPeer } from '../../functions/decide/call-context.ts';
import type { Follow, RouteRequest } from '../../functions/decide/decision.ts';
import type { Peer, Policy, Rule, Subscriber, Target } from '../../functions/decide/model.ts';
import type { HttpRequest, HttpResponse } from '../../functions/http/http.ts';
import type { RuleReader } from '../../functions/store/reader.ts';
import { memoryReader, type Rules } from '../store/memory-reader.ts';

export const KEY = 'a-key-of-example-com';
export const OTHER_KEY = 'a-key-of-other-example';

export const peerOf = (domain: string, more: Partial<Peer> = {}): Peer => ({
  ...plainPeer(`sbc.${domain}`, [domain]),
  loopToken: true,
  explain: true,
  ...more,
});

export const policyOf = (domain: string, more: Partial<Policy> = {}): Policy => ({
  ...emptyPolicy(domain),
  version: 1,
  plan: { countryCode: '49', international: ['00'], national: '0', lengths: [9, 10, 11] },
  ...more,
});

const to = (user: string, domain: string): Target => ({
  uri: `sip:${user}@${domain}`,
  identity: `${user}@${domain}`,
  names: [`${user}@${domain}`],
});

/** `bob`: busy and no answer to carol; always to themselves where `always`. */
export const subscriberOf = (
  user: string,
  domain: string,
  more: Partial<Subscriber> = {},
): Subscriber => ({
  user,
  aliases: [],
  needs: 1,
  version: 1,
  phone: [],
  rules: [{ name: 'busy-to-carol', when: ['busy'], forward: [to('carol', domain)] }],
  ...more,
});

export const always = (user: string, domain: string): Rule => ({
  name: `always-to-${user}`,
  when: ['always'],
  forward: [to(user, domain)],
});

export const DOMAIN = 'example.com';

/** Two domains, each with a peer, a policy and bob. */
export const rules = (): Required<Omit<Rules, 'searchKey'>> & Pick<Rules, 'searchKey'> => ({
  peers: { [KEY]: peerOf(DOMAIN), [OTHER_KEY]: peerOf('other.example') },
  policies: [policyOf(DOMAIN), policyOf('other.example')],
  subscribers: {
    [DOMAIN]: [
      subscriberOf('bob', DOMAIN, { aliases: ['+49301234567', '1002'] }),
      subscriberOf('dave', DOMAIN, { rules: [always('bob', DOMAIN)] }),
    ],
    'other.example': [subscriberOf('bob', 'other.example')],
  },
  switches: {},
  tokenKeys: { current: { id: 1, secret: Buffer.alloc(32, 1).toString('base64') } },
});

/** `outcome: undefined` makes a call a first INVITE. */
type Overrides = { [F in keyof RouteRequest]?: RouteRequest[F] | undefined };

/** The call of the examples: alice calls bob, who is busy. */
export const call = (more: Overrides = {}): RouteRequest => ({
  callId: 'call-1',
  requestUri: 'sip:bob@example.com',
  from: '<sip:alice@example.com>;tag=1',
  to: '<sip:bob@example.com>',
  outcome: { status: 486 },
  ...(more as Partial<RouteRequest>),
});

export const http = (body: unknown, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: '/v1/route',
  query: '',
  headers: { authorization: `Bearer ${KEY}` },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
});

/** What becomes of a read; `undefined`: it is done. */
export type Fault = (signal: AbortSignal | undefined) => Promise<never> | undefined;

/** A door with a clock that stands still, a store that fails on demand, and what it logged. */
export function door(stored: Rules = rules(), options: Partial<AnswererOptions> = {}) {
  const memory = memoryReader(stored);
  const reads: string[] = [];
  const lines: LogLine[] = [];
  const state = {
    now: Date.UTC(2026, 10, 22, 12),
    /** What happens to every read from now on. */
    fault: undefined as Fault | undefined,
  };
  const through = <T>(name: string, signal: AbortSignal | undefined, read: () => Promise<T>) => {
    reads.push(name);
    return state.fault?.(signal) ?? read();
  };
  const reader: RuleReader = {
    peer: (hash, o) => through('peer', o?.signal, () => memory.peer(hash)),
    policy: (domain, o = {}) =>
      through(`policy ${domain}${o?.consistent ? ' consistent' : ''}`, o?.signal, () =>
        memory.policy(domain),
      ),
    subscriber: (domain, key, o) =>
      through(`subscriber ${domain} ${key}`, o?.signal, () => memory.subscriber(domain, key)),
    switches: (domain, o) =>
      through(`switches ${domain}`, o?.signal, () => memory.switches(domain)),
    ...(stored.searchKey && {
      searchKey: (o) => through('search', o?.signal, async () => stored.searchKey),
    }),
    tokenKeys: (o) => through('token', o?.signal, () => memory.tokenKeys()),
    serves: (domain, o) =>
      through(`serves ${domain}`, o?.signal, async () => (await memory.serves?.(domain)) ?? false),
  };
  const answerer = createAnswerer({
    reader,
    now: () => state.now,
    deadlineMs: 10_000,
    log: (line) => lines.push(line),
    ...options,
  });
  return {
    state,
    reader,
    answerer,
    lines,
    /** The reads since this was last asked. */
    reads: () => reads.splice(0),
    async ask(request: HttpRequest): Promise<{ response: HttpResponse; json: Answered }> {
      const response = await route(request, answerer);
      return { response, json: JSON.parse(response.body) };
    },
  };
}

interface Answered {
  action?: string;
  status?: number;
  contacts?: string[];
  headers?: string[];
  follow?: Follow;
  rule?: string;
  degraded?: boolean;
  decisionId?: string;
  field?: string;
  title?: string;
  detail?: string;
}
