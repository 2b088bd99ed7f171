import { readdirSync, readFileSync } from 'node:fs';
import { plainPeer } from '../../functions/decide/call-context.ts';
import type { RouteRequest } from '../../functions/decide/decision.ts';
import type { Peer, Policy, Subscriber } from '../../functions/decide/model.ts';
import { compile } from '../../functions/rules/compile.ts';

/** What a case expects; a field that is absent from a `continue` must be absent from the answer. */
export interface Expected {
  readonly action: 'redirect' | 'continue' | 'reject';
  readonly status?: number;
  readonly reason?: string;
  readonly contacts?: readonly string[];
  readonly headers?: readonly string[];
  readonly follow?: object;
  readonly ringSeconds?: number;
  readonly rule?: string;
}

/** One behaviour: a document, a call and a time, and the decision that they give. */
export interface Vector {
  readonly name: string;
  /** The section of the standard, or the part of the design, that says so. */
  readonly cites: string;
  /** RFC 3339. */
  readonly at: string;
  readonly call: RouteRequest;
  readonly expect: Expected;
  readonly peer?: Partial<Peer>;
  /** Which switches are on. */
  readonly switches?: readonly string[];
  /** Fields that the answer must not have. */
  readonly absent?: readonly string[];
}

export interface VectorFile {
  readonly file: string;
  readonly policy: Policy;
  readonly byKey: ReadonlyMap<string, Subscriber>;
  readonly cases: readonly (Omit<Vector, 'peer'> & { readonly peer: Peer })[];
}

const FOLDER = new URL('../vectors/', import.meta.url);

/** An edge of example.com with what a peer has unless told otherwise. */
export const TEST_PEER: Peer = { ...plainPeer('edge', ['example.com']), loopToken: true };

export const TOKEN_KEYS = {
  current: { id: 1, secret: Buffer.alloc(32, 5).toString('base64') },
};

/** The decision tables, their documents compiled by the code that compiles everybody's. */
export function readVectors(): VectorFile[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const { document, peer, cases } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
      const { policy, subscribers, problems } = compile(document, {
        now: Date.UTC(2026, 10, 23),
      });
      if (problems.length > 0) throw new Error(`${file}: ${JSON.stringify(problems, null, 1)}`);
      return {
        file,
        policy,
        byKey: new Map(
          subscribers.flatMap((one) => [one.user, ...one.aliases].map((k) => [k, one])),
        ),
        cases: cases.map((one: Vector) => ({
          ...one,
          peer: { ...TEST_PEER, ...peer, ...one.peer },
        })),
      };
    });
}

/** A decision as the tables have it: the loop token, which only the key can tell, is left out. */
export function comparable(answer: object): Expected {
  const { action, status, reason, contacts, headers, follow, ringSeconds, rule } =
    answer as Expected;
  const shown = { action, status, reason, contacts, headers, follow, ringSeconds, rule };
  return JSON.parse(JSON.stringify(shown).replace(/;dv=[\w-]+(?=>)/g, ''));
}

/** What of an answer a case speaks of. A `continue` is compared whole. */
export function relevant(answer: Expected, expected: Expected): Partial<Expected> {
  if (expected.action === 'continue') return answer;
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key in expected));
}
