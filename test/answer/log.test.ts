import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createLog, type LogLine } from '../../functions/answer/log.ts';
import { maskNumbers } from '../../functions/answer/mask.ts';
import { call, door, http, KEY, OTHER_KEY, rules } from './fixtures.ts';

/** The lines of a door, as they are written. */
function written(lines: readonly LogLine[], numbers = false): string[] {
  const text: string[] = [];
  const log = createLog('prod', numbers, (line) => text.push(line));
  for (const line of lines) log(line);
  return text;
}

/** A door that was asked once. */
async function lined(one: ReturnType<typeof door>): Promise<ReturnType<typeof door>> {
  await one.ask(http(call()));
  return one;
}

describe('the line of a decision', () => {
  test('has everything that docs/runbook.md names, on one line of JSON', async () => {
    const { ask, lines } = door();
    const { json } = await ask(http(call({ callId: 'a\r\nb"c' })));
    const [text, ...more] = written(lines);
    expect(more).toEqual([]);
    expect(text?.indexOf('\n')).toBe((text?.length ?? 0) - 1);
    expect(JSON.parse(text ?? '')).toMatchObject({
      level: 'info',
      event: 'decision',
      decisionId: json.decisionId,
      callId: 'a\r\nb"c',
      peer: 'sbc.example.com',
      domain: 'example.com',
      called: 'bob',
      action: 'redirect',
      status: 302,
      rule: 'busy-to-carol',
      layer: 'subscriber',
      trigger: 'busy',
      rulesVersion: 1,
      policyVersion: 1,
      rules: 'read',
      LatencyMs: expect.any(Number),
      StoreMs: expect.any(Number),
    });
  });

  test('is found by user, caller and Call-ID, none of which it tells', async () => {
    const secret = Buffer.alloc(32, 3);
    const stored = { ...rules(), searchKey: { secret: secret.toString('base64') } };
    const { answerer, ask, lines } = door(stored);
    await answerer.warmUp();
    const from = '<sip:+491715551234@example.com;user=phone>;tag=1';
    await ask(http(call({ from, requestUri: 'sip:1002@example.com', callId: 'x'.repeat(300) })));
    // HMAC-SHA-256 (RFC 2104), cut to 96 bits.
    const hash = (text: string) =>
      createHmac('sha256', secret).update(text).digest('hex').slice(0, 24);
    const text = written(lines)[0] ?? '';
    expect(JSON.parse(text)).toMatchObject({
      calledHash: hash('bob'),
      callerHash: hash('+491715551234'),
      callIdHash: hash('x'.repeat(300)),
    });
    expect(text).not.toContain('1715551234');
    expect(text).not.toContain(stored.searchKey.secret);
    const [plain] = written((await lined(door())).lines);
    expect(plain).not.toContain('Hash');
  });

  test.each([
    ['an emergency call', { requestUri: 'sip:112@example.com', to: '<sip:112@example.com>' }],
    ['one to a service', { requestUri: 'urn:service:sos', to: '<urn:service:sos>' }],
  ])('tells who makes %s', async (_, change) => {
    const { ask, lines } = door();
    await ask(http(call({ ...change, outcome: undefined })));
    expect(JSON.parse(written(lines)[0] ?? '')).toMatchObject({
      action: 'continue',
      caller: 'alice@example.com',
    });
    const from = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1';
    await ask(http(call({ ...change, from, outcome: undefined })));
    expect(JSON.parse(written(lines)[1] ?? '')).toMatchObject({ caller: 'anonymous' });
  });

  test('says that and why it is degraded', async () => {
    const { ask, lines, state } = door();
    state.fault = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    await ask(http(call()));
    expect(JSON.parse(written(lines)[0] ?? '')).toMatchObject({
      level: 'warn',
      degraded: true,
      rules: 'none',
      cause: 'ECONNREFUSED',
    });
  });

  test('bounds what a caller may write into it', async () => {
    const { ask, lines } = door();
    await ask(http(call({ callId: 'x'.repeat(60_000) })));
    expect(written(lines)[0]?.length).toBeLessThan(2_000);
  });
});

/** CloudWatch's embedded metric format, as its specification has it. */
describe('metrics', () => {
  const metricsOf = (text: string | undefined) => {
    const line = JSON.parse(text ?? '');
    const found: Record<string, unknown> = {};
    expect(line._aws.Timestamp).toBeGreaterThan(1e12);
    for (const { Namespace, Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      expect(Namespace).toBe('Divert');
      for (const set of Dimensions as string[][]) {
        const by = set.map((name) => line[name]).join(' ');
        for (const { Name } of Metrics) found[`${Name} of ${by}`] = line[Name];
      }
    }
    return found;
  };

  test('of a decision', async () => {
    const { ask, lines } = door();
    await ask(http(call()));
    expect(metricsOf(written(lines)[0])).toEqual({
      'Decisions of prod redirect': 1,
      'Decisions of prod': 1,
      'Degraded of prod': 0,
      'BadTokens of prod': 0,
      'LatencyMs of prod': expect.any(Number),
      'StoreMs of prod': expect.any(Number),
    });
  });

  test('of a decision that waited for its instance to start', async () => {
    const { ask, lines } = door();
    await ask(http(call()));
    const cold = lines.map((line) => (line.event === 'decision' ? { ...line, initMs: 180 } : line));
    expect(metricsOf(written(cold)[0])).toMatchObject({
      'Decisions of prod redirect': 1,
      'LatencyMs of prod': expect.any(Number),
      'InitMs of prod': 180,
    });
  });

  test('of a degraded decision and a bad token', async () => {
    const { ask, lines, state } = door();
    await ask(
      http(call({ requestUri: 'sip:bob@example.com;dv=AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })),
    );
    expect(metricsOf(written(lines)[0])).toMatchObject({ 'BadTokens of prod': 1 });
    state.fault = () => Promise.reject(new Error('no'));
    await ask(http(call()));
    expect(metricsOf(written(lines)[1])).toMatchObject({ 'Degraded of prod': 1 });
  });

  test('of a refused key, and of no other refusal', async () => {
    const { ask, lines } = door();
    await ask(http(call(), { headers: {} }));
    await ask(http('{'));
    const [refused, other] = written(lines);
    expect(metricsOf(refused)).toEqual({ 'RefusedKeys of prod': 1 });
    expect(JSON.parse(other ?? '')).toEqual({
      level: 'info',
      event: 'refused',
      status: 400,
      field: 'body',
      peer: 'sbc.example.com',
    });
  });
});

describe('what no line holds', () => {
  const NUMBER = '+49301234567';
  const bodies = [
    call({ requestUri: `sip:${NUMBER}@example.com;user=phone` }),
    call({ requestUri: 'tel:030-1234567', from: '<sip:+4917612345678@example.com>;tag=1' }),
    call({ requestUri: 'sip:+49301234567@else.example' }),
    call({ headers: { 'P-Asserted-Identity': '<tel:+4917612345678>' } }),
    call({ outcome: { status: 302, contacts: ['<sip:+4917612345678@example.com>'] } }),
    '{"callId": "+4917612345678',
  ];

  test.each([
    ['+49301234567', '+49*******67'],
    ['+4930999888777x', '+49*********77x'],
    ['4930999888777-7f3a@10.1.2.3', '493**********-7f3a@10.1.2.3'],
    ['call-030-1234567@pbx.example', 'call-030-*****67@pbx.example'],
    ['0151 123-45 678', '015* ***-** *78'],
    ['٠٣٠١٢٣٤٥٦٧', '٠٣٠*****٦٧'],
    ['49_30_123_4567@pbx.example', '49_**_***_**67@pbx.example'],
    ['+4930/1234567', '+49**/*****67'],
    ['030\u200b1234\u2060567', '030\u200b****\u2060*67'],
    ['030\u00a0123\u202f4567', '030\u00a0***\u202f**67'],
    ['bob', 'bob'],
    ['1002', '1002'],
    ['12345678-1234-4234-8234-123456789012', '12345678-1234-4234-8234-123456789012'],
    ['1@192.168.100.200', '1@192.168.100.200'],
  ])('%s is written as %s', (text, masked) => {
    expect(maskNumbers(text)).toBe(masked);
  });

  test('a number in the Call-ID', async () => {
    const { ask, lines } = door();
    await ask(http(call({ callId: '+4930999888777-1@pbx.example.com' })));
    expect(written(lines).join('')).not.toContain('999888');
    expect(written(lines, true).join('')).toContain('+4930999888777-1@');
  });

  const everyLine = async (numbers: boolean) => {
    const { ask, lines, state } = door();
    for (const key of [KEY, OTHER_KEY, 'wrong']) {
      for (const body of bodies) {
        await ask(http(body, { headers: { authorization: `Bearer ${key}` } }));
      }
    }
    state.now += 60_000;
    state.fault = () => Promise.reject(new Error(`no such item: ${NUMBER}`));
    for (const body of bodies) await ask(http(body));
    return written(lines, numbers).join('');
  };

  test('a key, an Authorization header or a phone number', async () => {
    const text = await everyLine(false);
    expect(text).toContain('+49*******67');
    for (const secret of [KEY, OTHER_KEY, 'Bearer', '301234567', '17612345678']) {
      expect(text).not.toContain(secret);
    }
  });

  test('a number among caller, dialled, targets and what was dropped', async () => {
    const [line = ''] = written([
      {
        ...{ event: 'decision', decisionId: '1', callId: 'c', rules: 'read', badToken: false },
        ...{ caller: NUMBER, called: 'bob', dialled: NUMBER, outcome: 486, action: 'redirect' },
        targets: [`${NUMBER}@example.com`],
        dropped: [{ target: `sip:${NUMBER}@example.com`, why: 'caller' }],
        ...{ durationMs: 1, storeMs: 0 },
      },
    ]);
    expect(line).not.toContain('301234567');
    expect(JSON.parse(line)).toMatchObject({
      ...{ caller: '+49*******67', called: 'bob', dialled: '+49*******67', outcome: 486 },
      targets: ['+49*******67@example.com'],
      dropped: [{ target: 'sip:+49*******67@example.com', why: 'caller' }],
    });
  });

  test('numbers are there when switched on', async () => {
    expect(await everyLine(true)).toContain(`"called":"${NUMBER}"`);
  });
});
