import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, Fault, FaultProxy } from './proxy.ts';

/** Of a decision in these tests: long enough for a busy machine where nothing is wrong. */
export const DEADLINE_MS = 1_000;

/** A user whose rules nobody in these tests asks for. */
export const STRANGER = 'mallory';

export interface FaultCase {
  readonly name: string;
  /** Calls are decided by the rules as ever. */
  readonly harmless?: true;
  /** After how long a read is sent a second time. */
  readonly hedgeMs?: number;
  /** Done before each call. */
  arm(proxy: FaultProxy): void | Promise<void>;
}

const every =
  (fault: Fault) =>
  (proxy: FaultProxy): void => {
    proxy.fault = fault;
  };

/** Strikes the next request only. */
const once =
  (fault: Fault) =>
  (proxy: FaultProxy): void => {
    proxy.fault = (exchange) => {
      proxy.fault = undefined;
      return fault(exchange);
    };
  };

const error =
  (type: string, status = 400): Fault =>
  ({ reply }) =>
    reply(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}` }), status);

const body =
  (text: string): Fault =>
  ({ reply }) =>
    reply(text);

const cut: Fault = ({ request }) => void request.socket.destroy();
const reset: Fault = ({ request }) => void request.socket.resetAndDestroy();
const hang: Fault = () => {};

const later =
  (milliseconds: number): Fault =>
  async ({ pass, reply }) => {
    await sleep(milliseconds);
    reply(await pass());
  };

/** Half of the right answer, and then this. */
const half =
  (then: (exchange: Exchange) => void): Fault =>
  async (exchange) => {
    const whole = await exchange.pass();
    exchange.response.writeHead(200, { 'content-length': whole.length });
    exchange.response.write(whole.subarray(0, whole.length / 2), () => then(exchange));
  };

/** The right answer in pieces, one after each pause. */
const dripping =
  (pieces: number, pauseMs: number): Fault =>
  async ({ pass, response }) => {
    const whole = await pass();
    response.writeHead(200, { 'content-length': whole.length });
    const size = Math.ceil(whole.length / pieces);
    for (let at = 0; at < whole.length && !response.destroyed; at += size) {
      response.write(whole.subarray(at, at + size));
      await sleep(pauseMs);
    }
    response.end();
  };

/** A subscriber's item with other JSON in it; the rest is as it was. */
const item =
  (change: (json: string) => string | undefined): Fault =>
  async ({ asked, pass, reply }) => {
    const answer = JSON.parse((await pass()).toString());
    if (asked.Key.pk.S.startsWith('ROUTE#') && answer.Item) {
      const json = change(answer.Item.json.S);
      answer.Item.json = json === undefined ? undefined : { S: json };
    }
    reply(JSON.stringify(answer));
  };

/** As a botched restore or a hand edit leaves it: their key, the stranger's rules. */
const misplaced: Fault = async ({ asked, pass, reply }) => {
  const { pk } = asked.Key;
  const own = pk.S;
  pk.S = pk.S.replace(/^(ROUTE#[^#]+#).*/, `$1${STRANGER}`);
  const answer = JSON.parse((await pass()).toString());
  if (answer.Item) answer.Item.pk.S = own;
  reply(JSON.stringify(answer));
};

const swapped: Fault = async ({ asked, pass, reply }) => {
  const { pk } = asked.Key;
  pk.S = pk.S.replace(/^(ROUTE#[^#]+#).*/, `$1${STRANGER}`);
  reply(await pass());
};

/** What can become of a read, from harmless to hopeless. */
export const FAULTS: readonly FaultCase[] = [
  {
    name: 'none',
    harmless: true,
    arm: (proxy) => every(({ pass, reply }) => pass().then(reply))(proxy),
  },
  { name: 'every read takes 50 ms longer', harmless: true, arm: every(later(50)) },
  { name: 'answers arrive in 5 pieces', harmless: true, arm: every(dripping(5, 5)) },
  { name: 'one connection is closed without an answer', harmless: true, arm: once(cut) },
  { name: 'one connection is reset', harmless: true, arm: once(reset) },
  {
    name: 'one connection is reset inside an answer',
    harmless: true,
    arm: once(half(reset)),
  },
  {
    name: 'one internal server error',
    harmless: true,
    arm: once(error('InternalServerError', 500)),
  },
  {
    name: 'one read hangs, with a hedge after 50 ms',
    harmless: true,
    hedgeMs: 50,
    arm: once(hang),
  },
  { name: 'one read hangs', arm: once(hang) },
  { name: 'every read hangs', arm: every(hang) },
  { name: 'every read hangs, with a hedge after 50 ms', hedgeMs: 50, arm: every(hang) },
  { name: 'every read takes twice the deadline', arm: every(later(2 * DEADLINE_MS)) },
  { name: 'half an answer, then silence', arm: every(half(() => {})) },
  { name: 'an answer of one byte every 100 ms', arm: every(dripping(1_000, 100)) },
  {
    name: 'half an answer, then the connection is closed',
    arm: every(half(({ request }) => void request.socket.destroy())),
  },
  { name: 'connections are closed without an answer', arm: every(cut) },
  { name: 'connections are reset', arm: every(reset) },
  {
    name: 'connections are refused',
    // Until the handler has seen its connections end.
    arm: (proxy) => proxy.refuse().then(() => sleep(100)),
  },
  { name: 'throttled: the table', arm: every(error('ProvisionedThroughputExceededException')) },
  { name: 'throttled: the account', arm: every(error('ThrottlingException')) },
  { name: 'throttled: too many requests', arm: every(error('RequestLimitExceeded')) },
  { name: 'internal server error', arm: every(error('InternalServerError', 500)) },
  { name: 'service unavailable, in HTML', arm: every(({ reply }) => reply('<html>', 503)) },
  { name: 'access denied', arm: every(error('AccessDeniedException')) },
  { name: 'the table is gone', arm: every(error('ResourceNotFoundException')) },
  { name: '200 with HTML', arm: every(body('<html><body>Sign in</body></html>')) },
  { name: '200 with half a document', arm: every(body('{"Item":{"pk":{"S":"ROU')) },
  { name: '200 with an item of nonsense', arm: every(body('{"Item":{"json":[1,{"S":null}]}}')) },
  { name: 'their item has no rules', arm: every(item(() => undefined)) },
  { name: 'their rules are no JSON', arm: every(item((json) => json.slice(0, -9))) },
  { name: 'their rules are null', arm: every(item(() => 'null')) },
  {
    name: 'their rules are of a wrong kind',
    arm: every(item((json) => JSON.stringify({ ...JSON.parse(json), rules: [null, 7, {}] }))),
  },
  { name: "another user's item", arm: every(swapped) },
  { name: "their item holds another user's rules", arm: every(misplaced) },
];
