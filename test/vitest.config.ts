import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { filesByKind, KINDS } from './set-up/kinds.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const files = filesByKind(ROOT);
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
      test: { name, include: files[name], ...(name === 'sip' && SIP) },
    })),
  },
});
