import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packCommand } from '../../infra/build/command-package.ts';

test('the command line can be installed without this checkout', async () => {
  const archive = await packCommand();
  const folder = mkdtempSync(join(tmpdir(), 'divert-package-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "private": true }');
    const run = (command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    run('npm', 'install', '--offline', '--no-audit', '--no-fund', archive);
    const divert = join(folder, 'node_modules/.bin/divert');
    expect(run(divert, '--version')).toMatch(/\d+\.\d+\.\d+/);
    expect(run(divert, 'init', 'x.example')).toContain('written');
    expect(run(divert, 'check', 'rules', 'peers.yaml')).toMatch(/sound/);
    expect(run(divert, 'test', 'rules')).toContain('3 passed, 0 failed');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
