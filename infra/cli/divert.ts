#!/usr/bin/env node
import { run } from './program.ts';

// Whoever reads may have seen enough: `divert plan … | head`.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit();
});
await run(process.argv.slice(2));
