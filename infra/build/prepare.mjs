/** npm's own step at the end of an install: the bundles, where what builds them was installed. */
import { existsSync, writeFileSync } from 'node:fs';

// npm start and npm run edge replace npm's shell, so that signals reach them. The shell of Windows
// has no word for that; there, signals reach every program of a console.
if (process.platform === 'win32') writeFileSync('node_modules/.bin/exec.cmd', '@%*\r\n');
if (existsSync('node_modules/esbuild')) {
  const { build } = await import('./bundle.ts');
  await build();
}
