import { existsSync } from 'node:fs';
import { describe } from 'vitest';
import { CHROMIUM, installBrowser } from '../set-up/packages.ts';

const lacking = existsSync(CHROMIUM) ? undefined : await installBrowser();

/** Tests that need Debian's Chromium: skipped, with what to do, where it is not and can't be installed. */
export const describeInBrowser = (name: string, tests: () => void): void => {
  if (lacking === undefined) describe(name, tests);
  else describe.skip(`${name}: ${lacking}`, tests);
};
