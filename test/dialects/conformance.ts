import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpRequest, HttpResponse } from '../../functions/http/http.ts';
import { asked } from './hostile.ts';
import { CALLED, type Called, http, KEY, world } from './world.ts';

/** A call in neutral words; what a dialect can't say it leaves out. */
export interface Call {
  /** Who is called, by name or by number, as the dialect likes. */
  readonly called: Called;
  readonly caller?: 'alice' | 'anonymous';
  /** Display name of the caller. */
  readonly display?: string;
  readonly callId?: string;
  /** Diversion values that the INVITE carries. */
  readonly diversions?: readonly string[];
  readonly outcome?: { readonly status: number; readonly ringing?: boolean };
}

/** A response in neutral words, read as the real system reads it. */
export type Read =
  | { readonly action: 'continue' }
  | { readonly action: 'reject'; readonly status: number }
  | {
      readonly action: 'redirect';
      /** Users or numbers that are called, in order. */
      readonly targets: readonly string[];
      /** Diversion values of the 302 or of the new leg; undefined where there is no place for one. */
      readonly diversions?: readonly string[] | undefined;
    };

type Case =
  | 'redirect to a name'
  | 'redirect to several'
  | 'outcome'
  | 'ring time'
  | 'Diversion in'
  | 'Diversion out'
  | 'anonymous'
  | 'retransmission';

export interface Conformance {
  readonly dialect: string;
  /** The request, without any key. */
  ask(call: Call): Partial<HttpRequest>;
  /** @throws what the real system would choke on */
  read(response: HttpResponse): Read;
  /** What the best of several targets makes: all in order, or the best alone. */
  readonly several: readonly string[];
  /** What a 486 and a 433 rejection become. */
  readonly rejects?: { readonly 486: number; readonly 433: number };
  /** How long the called user may ring, as a `continue` says it; undefined: it says nothing. */
  ringSeconds?(response: HttpResponse): number | undefined;
  /** Bodies in which there is no call. */
  readonly bad: readonly Partial<HttpRequest>[];
  /** What this dialect can't do, and why. */
  readonly skips: Partial<Record<Case, string>>;
}

const MOBILE = '+4915112345678';

/** The suite that every HTTP dialect passes; `skips` says what one can't do, and why. */
export function conform(dialect: Conformance): void {
  const path = `/v1/route/${dialect.dialect}`;
  const keyed = (change: Partial<HttpRequest>): HttpRequest =>
    http(path, { ...change, headers: { ...change.headers, authorization: `Bearer ${KEY}` } });
  const ask = async (call: Call, where = world()): Promise<Read> => {
    const response = await where.serve(keyed(dialect.ask(call)));
    expect(response.status).toBe(200);
    return dialect.read(response);
  };
  /** Runs, or is skipped with the dialect's reason in its name. */
  const held = (name: Case, run: () => Promise<void>): void => {
    const reason = dialect.skips[name];
    if (reason === undefined) test(name, run);
    else test.skip(`${name}: ${reason}`);
  };

  describe(dialect.dialect, () => {
    test('redirect to a number', async () => {
      expect(await ask({ called: 'number' })).toMatchObject({
        action: 'redirect',
        targets: [MOBILE],
      });
    });

    held('redirect to a name', async () => {
      expect(await ask({ called: 'name' })).toMatchObject({
        action: 'redirect',
        targets: ['carol'],
      });
    });

    held('redirect to several', async () => {
      const read = await ask({ called: 'several' });
      expect(read).toMatchObject({ action: 'redirect', targets: dialect.several });
    });

    test('continue', async () => {
      expect(await ask({ called: 'plain' })).toEqual({ action: 'continue' });
    });

    test('reject', async () => {
      const status = dialect.rejects?.[486] ?? 486;
      expect(await ask({ called: 'dnd' })).toEqual({ action: 'reject', status });
    });

    test('degraded', async () => {
      const read = await ask({ called: 'number' }, world({ storeFails: true }));
      expect(read).toEqual({ action: 'continue' });
    });

    held('outcome', async () => {
      const busy = await ask({ called: 'away', outcome: { status: 486 } });
      expect(busy).toMatchObject({ action: 'redirect', targets: [MOBILE] });
      const silent = await ask({ called: 'away', outcome: { status: 408, ringing: true } });
      expect(silent).toMatchObject({ action: 'redirect', targets: ['+4930765432'] });
    });

    held('ring time', async () => {
      const response = await world().serve(keyed(dialect.ask({ called: 'away' })));
      expect(dialect.read(response)).toEqual({ action: 'continue' });
      expect(dialect.ringSeconds?.(response)).toBe(15);
    });

    held('Diversion in', async () => {
      const diversions = [`<sip:${MOBILE}@example.com>;reason=no-answer`];
      expect(await ask({ called: 'number', diversions })).toEqual({ action: 'continue' });
    });

    held('Diversion out', async () => {
      const earlier = '<sip:zoe@example.com>;reason=user-busy;counter=1';
      const read = await ask({
        called: 'number',
        ...(dialect.skips['Diversion in'] === undefined && { diversions: [earlier] }),
      });
      expect(read.action).toBe('redirect');
      const { diversions = [] } = read as { diversions?: string[] };
      expect(diversions[0]).toMatch(new RegExp(`(?:dora|\\${CALLED.number.number})@example\\.com`));
      expect(diversions[0]).toMatch(/;reason=unconditional/);
      if (dialect.skips['Diversion in'] === undefined) expect(diversions[1]).toBe(earlier);
    });

    held('anonymous', async () => {
      const status = dialect.rejects?.[433] ?? 433;
      const read = await ask({ called: 'shy', caller: 'anonymous' });
      expect(read).toEqual({ action: 'reject', status });
      expect(await ask({ called: 'shy', caller: 'alice' })).toEqual({ action: 'continue' });
    });

    held('retransmission', async () => {
      const where = world();
      const request = keyed(dialect.ask({ called: 'number', callId: 'the same' }));
      const first = await where.serve(request);
      expect(await where.serve(request)).toEqual(first);
      const ids = where.log.map((line) => 'decisionId' in line && line.decisionId);
      expect(ids[0]).toBe(ids[1]);
    });

    test('bad input gets the safe document', async () => {
      for (const bad of dialect.bad) {
        const response = await world().serve(keyed(bad));
        expect(response.status, JSON.stringify(bad)).toBe(200);
        expect(dialect.read(response).action).toMatch(/continue|reject/);
      }
    });

    test('a body over 64 KiB gets the safe document', async () => {
      const response = await world().serve(keyed({ method: 'POST', body: 'x'.repeat(65_537) }));
      expect(response.status).toBe(200);
      expect(dialect.read(response).action).toMatch(/continue|reject/);
    });

    test('takes the key as bearer, as password, and in the path', async () => {
      const asked = dialect.ask({ called: 'number' });
      const basic = Buffer.from(`divert:${KEY}`).toString('base64');
      const requests = [
        http(path, { ...asked, headers: { ...asked.headers, authorization: `Bearer ${KEY}` } }),
        http(path, { ...asked, headers: { ...asked.headers, authorization: `Basic ${basic}` } }),
        http(`${path}/`, {
          ...asked,
          headers: { ...asked.headers, authorization: `Basic ${basic}` },
        }),
        http(`${path}/${KEY}`, asked),
        http(`${path}/${KEY}/`, asked),
      ];
      for (const request of requests) {
        const response = await world().serve(request);
        expect(response.status).toBe(200);
        expect(dialect.read(response)).toMatchObject({ action: 'redirect', targets: [MOBILE] });
      }
    });

    test('a bad key is 401 with the safe document, whatever else is wrong', async () => {
      for (const asked of [dialect.ask({ called: 'number' }), ...dialect.bad]) {
        for (const request of [
          http(path, asked),
          http(`${path}/${KEY}x`, asked),
          http(path, { ...asked, headers: { ...asked.headers, authorization: 'Bearer nobody' } }),
        ]) {
          const response = await world().serve(request);
          expect(response.status).toBe(401);
          expect(dialect.read(response).action).toMatch(/continue|reject/);
        }
      }
    });

    test('keeps whatever is sent out of the structure of the answer', async () => {
      const where = world();
      const known = ['carol', 'heidi', MOBILE, '+4930765432'];
      await fc.assert(
        fc.asyncProperty(asked(dialect), async (request) => {
          const response = await where.serve(keyed(request));
          expect(response.status).toBe(200);
          for (const value of Object.values(response.headers)) expect(value).toMatch(/^[ -~]+$/);
          const read = dialect.read(response);
          if (read.action !== 'redirect') return;
          for (const target of read.targets) expect(known).toContain(target);
          for (const diversion of read.diversions ?? []) expect(diversion).not.toMatch(/[\r\n]/);
        }),
        { numRuns: 300 },
      );
    });
  });
}
