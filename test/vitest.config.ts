import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { filesByKind, KINDS } from './set-up/kinds.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const files = filesByKind(ROOT);
// Most of a unit test's time would go into loading the same modules again.
const UNIT = { pool: 'threads' as const, isolate: false };
const SIP = { globalSetup: 'test/set-up/sip.ts', runner: './test/set-up/sip-runner.ts' };

export default defineConfig({
  test: {
    root: ROOT,
    // For what hangs: a machine that does other work as well may take long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/set-up/not-run.ts'],
    projects: KINDS.map((name) => ({
      extends: true,
      test: {
        name,
        include: files[name],
        ...(name === 'unit' && UNIT),
        ...(name === 'sip' && SIP),
      },
    })),
  },
});
