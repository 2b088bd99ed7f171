import { describe, expect, test } from 'vitest';
import { createAnswerer } from '../../functions/answer/answer.ts';
import { route } from '../../functions/answer/route.ts';
import { comparable, readVectors, relevant, TOKEN_KEYS } from '../decide/vectors.ts';

// The same tables as the core's, through everything that a POST /v1/route goes through.
describe.each(readVectors())('$file', ({ policy, byKey, cases }) => {
  test.each(cases)(
    '$name ($cites)',
    async ({ call, peer, at, switches = [], expect: expected }) => {
      const answerer = createAnswerer({
        reader: {
          peer: async () => peer,
          policy: async () => policy,
          subscriber: async (_domain, key) => byKey.get(key),
          switches: async () => ({ on: switches }),
          tokenKeys: async () => TOKEN_KEYS,
        },
        now: () => Date.parse(at),
        deadlineMs: 10_000,
        log: () => {},
      });
      const response = await route(
        {
          method: 'POST',
          path: '/v1/route',
          query: '',
          headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
          body: JSON.stringify(call),
        },
        answerer,
      );
      expect(response.status).toBe(200);
      const answer = JSON.parse(response.body);
      expect(answer).not.toHaveProperty('degraded');
      expect(answer.decisionId).toMatch(/^[\w-]{16,}$/);
      expect(relevant(comparable(answer), expected)).toEqual(expected);
    },
  );
});
