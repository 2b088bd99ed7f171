import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { filesByKind, KINDS } from './set-up/kinds.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const files = filesByKind(ROOT);
// Most of a unit test's time would go into loading the same modules again.
const UNIT = { pool: 'threads' as const, isolate: false };
// Two files at a time, which mostly wait, and after all else, which would keep their phones from answering.
const SIP = {
  globalSetup: 'test/set-up/sip.ts',
  runner: './test/set-up/sip-runner.ts',
  maxWorkers: 2,
  sequence: { groupOrder: 1 },
};

export default defineConfig({
  test: {
    root: ROOT,
    // For what hangs: a machine that does other work as well may take long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // vitest leaves one processor to itself, which of two is half.
    maxWorkers: '100%',
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
