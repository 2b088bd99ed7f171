import { describe, expect, test } from 'vitest';
import { calledKey, parseCall } from '../../functions/decide/call.ts';
import { decide } from '../../functions/decide/decide.ts';
import { lookupsFor } from '../../functions/decide/destinations.ts';
import { comparable, readVectors, relevant, TOKEN_KEYS } from './vectors.ts';

describe.each(readVectors())('$file', ({ policy, byKey, cases }) => {
  test.each(cases)(
    '$name ($cites)',
    ({ call: request, peer, at, switches, expect: expected, absent }) => {
      const call = parseCall(request);
      const key = calledKey(call, peer, policy);
      const decision = decide(
        call,
        {
          peer,
          policy,
          subscriber: key === undefined ? undefined : byKey.get(key),
          tokenKeys: TOKEN_KEYS,
          switches,
          lookups: new Map(lookupsFor(call, peer, policy).map((name) => [name, byKey.get(name)])),
        },
        Date.parse(at),
        Date.parse(at) / 1000,
      );
      for (const field of absent ?? []) expect(decision).not.toHaveProperty(field);
      expect(relevant(comparable(decision), expected)).toEqual(expected);
    },
  );
});
