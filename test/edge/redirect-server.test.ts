/** The edge as a redirect server: what an SBC that speaks only SIP gets to its INVITE. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { values } from './ladder.ts';
import { Bench, found } from './scenario.ts';
import { refused, to } from './steps.ts';
import { waysToAsk } from './ways.ts';
import type { Reply } from './webhook.ts';

const CONTACTS = ['<sip:c@example.com;cause=302;dv=t>;q=1.0;mp=1', '<sip:d@example.com>;q=0.5'];
const DIVERSION = 'Diversion: <sip:bob@example.com>;reason=unconditional;counter=1';

const CASES: readonly (readonly [string, Reply, number, string])[] = [
  ['divert', to(CONTACTS, [DIVERSION]), 302, 'Moved Temporarily'],
  ['no forwarding', { json: { action: 'continue', ringSeconds: 20 } }, 404, 'No Forwarding'],
  ['block', { json: { action: 'reject', status: 486, reason: 'Busy Here' } }, 603, 'Decline'],
  ['Divert fails', { status: 500 }, 404, 'No Forwarding'],
  ['Divert hangs', { hang: true }, 404, 'No Forwarding'],
  ['Divert does not know the key', { status: 401 }, 404, 'No Forwarding'],
];

describe.each(waysToAsk())('asking with %s', (way) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way, EDGE_MODE: 'redirect' });
  });
  afterAll(() => bench?.stop());

  test.concurrent.each(CASES)('%s', async (_, answer, status, phrase) => {
    const users = bench.users();
    const ladder = ['A>P INVITE bob', `P>A ${status}`, 'A>P ACK'];
    const result = await bench.run(users, {
      a: refused(users.bob, status),
      divert: () => answer,
      ladder,
    });
    expect(result.lines).toEqual(ladder);
    expect(result.failures).toEqual([]);
    const message = found(result.messages[1]);
    expect(message.text).toMatch(new RegExp(`^SIP/2\\.0 ${status} ${phrase}\\r\\n`));
    expect(values(message, 'Contact')).toEqual(status === 302 ? CONTACTS : []);
    expect(values(message, 'Diversion')).toEqual(status === 302 ? [DIVERSION.slice(11)] : []);
    expect(result.questions).toHaveLength(1);
  });
});
