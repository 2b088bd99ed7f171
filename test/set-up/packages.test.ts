/** What becomes of the SIP tests on a machine that lacks what they need. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { install } from './packages.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'divert-packages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An apt-get that notes how it is called and then does `script`. */
function apt(script: string): { aptGet: string; calls: () => string[] } {
  const aptGet = join(folder, 'apt-get');
  writeFileSync(aptGet, `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n`);
  chmodSync(aptGet, 0o755);
  const calls = join(folder, 'calls');
  const read = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
  return { aptGet, calls: read };
}

/** Missing until apt-get has made a file of that name. */
const missing = () => ['sip-tester', 'netbase'].filter((name) => !existsSync(join(folder, name)));
const asRoot = (aptGet: string) => ({ root: true, aptGet, missing });

test('as root, what is missing is installed in one go, after any other apt that is under way', async () => {
  const { aptGet, calls } = apt(`touch ${folder}/sip-tester ${folder}/netbase`);
  expect(await install(missing(), asRoot(aptGet))).toBeUndefined();
  const wait = '-o DPkg::Lock::Timeout=300';
  expect(calls()).toEqual([
    `${wait} update`,
    `${wait} install -y --no-install-recommends sip-tester netbase`,
  ]);
});

test('nothing is asked of apt where nothing is missing', async () => {
  const { aptGet, calls } = apt('exit 1');
  expect(await install([], asRoot(aptGet))).toBeUndefined();
  expect(calls()).toEqual([]);
});

test.each([
  [
    'its errors',
    'echo "Reading lists" >&2; echo "E: Unable to locate package sip-tester" >&2; exit 100',
    'E: Unable to locate package sip-tester',
  ],
  ['its last words, where it names no error', 'echo "disk full" >&2; exit 1', 'disk full'],
  [
    'that something is missing still, where it says nothing',
    'exit 0',
    'still missing: sip-tester, netbase',
  ],
])('where apt fails, the reason has %s, and the command to type', async (_, script, said) => {
  const reason = await install(missing(), asRoot(apt(script).aptGet));
  expect(reason).toContain('sudo apt-get install -y --no-install-recommends sip-tester netbase');
  expect(reason).toContain(said);
  expect(reason).not.toContain('Reading lists');
});

test('where there is no apt at all, the reason says so', async () => {
  const reason = await install(missing(), asRoot(join(folder, 'none')));
  expect(reason).toMatch(/apt-get install: .*ENOENT/);
});

test('an update that fails is no matter where everything could be installed all the same', async () => {
  const { aptGet } = apt(
    `case "$*" in *update*) exit 100;; *) touch ${folder}/sip-tester ${folder}/netbase;; esac`,
  );
  expect(await install(missing(), asRoot(aptGet))).toBeUndefined();
});

test('without root nothing is tried: the reason is the command to type', async () => {
  const { aptGet, calls } = apt('');
  const reason = await install(missing(), { root: false, aptGet, missing });
  expect(reason).toBe(
    'these tests need Debian packages: sudo apt-get install -y --no-install-recommends sip-tester netbase',
  );
  expect(calls()).toEqual([]);
});
