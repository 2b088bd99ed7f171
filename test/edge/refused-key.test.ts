/** A key that Divert does not take, and a domain that it does not cover: said in words, and not again and again. */
import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finalOf, RawPhone, rawCall } from './raw.ts';
import { Bench, userOf } from './scenario.ts';
import { waysToAsk } from './ways.ts';

const SAID: Record<number, RegExp> = {
  401: /does not know the key of this edge \(401\): calls go on without it/g,
  403: /the key of this edge does not cover this domain \(403\): its calls go on without Divert/g,
};
const KEY = 'a-secret-that-is-in-no-log';

describe.each(waysToAsk())('asking with %s', (way) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ EDGE_CLIENT: way, DIVERT_KEY: KEY });
  });
  afterAll(() => bench?.stop());

  test.each([401, 403])(
    '%i is said once a minute, and every call goes on to its phone',
    async (status) => {
      for (let call = 0; call < 3; call++) {
        const { bob } = bench.users();
        bench.webhook.scripts.set(userOf(bob), () => ({ status, body: '{}' }));
        const phone = await RawPhone.start(bench.edge, userOf(bob), [{ line: '486 Busy Here' }]);
        try {
          expect(finalOf(await rawCall(bench.edge, { uri: bob }))).toMatch(/^SIP\/2\.0 486 /);
        } finally {
          phone.stop();
        }
      }
      expect(bench.edge.log.match(SAID[status] as RegExp) ?? []).toHaveLength(1);
      expect(bench.edge.log).not.toContain(KEY);
      expect(bench.edge.log).not.toMatch(/failed \d+ times/);
    },
  );
});

// Kamailio puts the value of a setting wherever its name stands, texts of the log included.
test.each(globSync('infra/edge/{kamailio,opensips}/*.cfg'))('%s logs no key', (file) => {
  const logged = readFileSync(file, 'utf8').match(/\bxlog\(.*/g) ?? [];
  expect(logged.filter((line) => line.includes('DIVERT_KEY'))).toEqual([]);
});
