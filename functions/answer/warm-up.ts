import { emptyPolicy, plainPeer } from '../decide/call-context.ts';
import type { Peer, Policy, Subscriber, TokenKeys } from '../decide/model.ts';
import type { RuleReader } from '../store/reader.ts';
import { createAnswerer } from './answer.ts';
import { createLog } from './log.ts';
import { route } from './route.ts';

const DOMAIN = 'divert.invalid';

const peer: Peer = { ...plainPeer('rehearsal', [DOMAIN]), loopToken: true };

const policy: Policy = { ...emptyPolicy(DOMAIN), version: 1 };

const subscriber: Subscriber = {
  user: 'bob',
  aliases: [],
  needs: 1,
  version: 1,
  phone: [],
  rules: [
    {
      name: 'busy',
      when: ['busy'],
      forward: [{ uri: `sip:carol@${DOMAIN}`, identity: `carol@${DOMAIN}` }],
    },
  ],
};

const tokenKeys: TokenKeys = { current: { id: 0, secret: 'rehearsal' } };

const reader: RuleReader = {
  peer: async () => peer,
  policy: async () => policy,
  subscriber: async () => subscriber,
  switches: async () => undefined,
  tokenKeys: async () => tokenKeys,
};

/** An INVITE, and the same call when the called user is busy. */
const CALLS = [undefined, { status: 486 }].map((outcome) =>
  JSON.stringify({
    callId: 'rehearsal',
    requestUri: `sip:bob@${DOMAIN}`,
    from: `<sip:alice@${DOMAIN}>;tag=1`,
    to: `<sip:bob@${DOMAIN}>`,
    headers: { Supported: 'histinfo' },
    outcome,
  }),
);

/**
 * Takes two made-up decisions on made-up rules, so that the code of a decision is compiled before
 * the first call: beside the read at start, which leaves the processor idle.
 */
export async function rehearse(): Promise<void> {
  const log = createLog('rehearsal', false, () => {});
  const answerer = createAnswerer({ reader, now: Date.now, deadlineMs: 1000, log });
  for (const body of CALLS) {
    const headers = { authorization: 'Bearer rehearsal' };
    await route({ method: 'POST', path: '/v1/route', query: '', headers, body }, answerer);
  }
}
