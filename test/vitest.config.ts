import { defineConfig } from 'vitest/config';

/** With calls on the wire: they need Debian packages, which are there before the first of them runs. */
const SIP = [
  'test/edge/**/*.test.ts',
  'test/soak/**/*.test.ts',
  'test/faults/chain.test.ts',
  'test/fuzz/torture.test.ts',
];

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    // For what hangs: a machine that does other work as well may take long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/set-up/not-run.ts'],
    projects: [
      { extends: true, test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: SIP } },
      {
        extends: true,
        test: {
          name: 'sip',
          include: SIP,
          globalSetup: 'test/set-up/sip.ts',
          runner: './test/set-up/sip-runner.ts',
        },
      },
    ],
  },
});
