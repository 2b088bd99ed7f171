import { hash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { Gateway, KEY, SIGNING_SECRET } from '../soak/gateway.ts';
import { fuzz } from './fuzz.ts';
import { validRequests } from './valid.ts';

/** Numbers that callers, phones and operators send, as digits that no line may hold. */
const NUMBERS = ['4930765432', '49301234567', '49301111111', '4917612345678', '49900123456'];

/** Everything that all functions write while they are used rightly and wrongly, the store failing too. */
async function everythingWritten(): Promise<{ text: string; token: string; minted: string[] }> {
  let text = '';
  const gateway = await Gateway.start({ DIVERT_DEADLINE_MS: '2000' }, (part) => {
    text += part;
  });
  try {
    const token = await gateway.token({
      ...{ sub: 'ada', 'divert:role': 'admin', 'divert:domains': ['*'] },
    });
    const minted: string[] = [];
    const rightAndWrong = async () => {
      for (const { json, form, body, ...asked } of validRequests(token)) {
        const sent =
          body ?? (json ? JSON.stringify(json) : new URLSearchParams({ ...form }).toString());
        const answer = await gateway.send({ ...asked, body: sent });
        if (answer.status === 201 && asked.path.endsWith('/keys'))
          minted.push(JSON.parse(answer.body).key);
        // With a key that is good for nothing, and cut off.
        const { headers = {} } = asked;
        const path = asked.path.replace(KEY, 'not-a-key-at-all');
        const authorization = 'Bearer not-a-key-at-all';
        await gateway.send({ ...asked, path, headers: { ...headers, authorization }, body: sent });
        await gateway.send({ ...asked, body: sent.slice(0, sent.length / 2) });
      }
      for (const number of NUMBERS) await gateway.send(callOf(`+${number}`));
      for (const signed of ['twilio', 'jambonz']) {
        await gateway.send({ ...callOf('bob'), path: `/v1/route/${signed}`, headers: {} });
      }
    };
    await rightAndWrong();
    await fuzz(gateway, 600, 5);
    await gateway.loseDatabase();
    await rightAndWrong();
    return { text, token, minted };
  } finally {
    await gateway.stop();
  }
}

const callOf = (user: string) => ({
  method: 'POST',
  path: '/v1/route',
  headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
  body: JSON.stringify({
    ...{ callId: 'x', requestUri: `sip:${user}@example.com`, to: `<sip:${user}@example.com>` },
    from: '"+4917612345678" <sip:+4917612345678@example.com>;tag=1',
    headers: { 'P-Asserted-Identity': '<tel:+4917612345678>' },
    outcome: { status: 302, contacts: ['<sip:+49900123456@example.com>'] },
  }),
});

describe('what the functions write', () => {
  let written: Awaited<ReturnType<typeof everythingWritten>>;
  beforeAll(async () => {
    written = await everythingWritten();
  }, 120_000);

  test('says of every function that it was used', () => {
    for (const event of ['decision', 'refused', 'feature']) {
      expect(written.text).toContain(`"event":"${event}"`);
    }
    expect(written.text).toContain('"who":"ada"');
    expect(written.text).toContain('"degraded":true');
    expect(written.minted.length).toBeGreaterThan(0);
  });

  test('holds no key, no hash of one, no token and no secret', () => {
    const { text, token, minted } = written;
    const secrets = [KEY, hash('sha256', KEY, 'hex'), 'not-a-key-at-all', token, ...minted];
    for (const secret of [...secrets, SIGNING_SECRET, token.split('.')[2] as string]) {
      expect(text.includes(secret), secret.slice(0, 12)).toBe(false);
    }
  });

  test('holds no Authorization header and no path with a key', () => {
    expect(written.text).not.toMatch(/bearer\s|authorization:|\/v1\/route\/\w+\//i);
  });

  test('holds no phone number unmasked', () => {
    for (const number of NUMBERS) expect(written.text).not.toContain(number);
    expect(written.text).toContain('+49*******67');
  });
});
