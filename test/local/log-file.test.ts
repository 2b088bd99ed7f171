import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLogFile } from '../../infra/local/log-file.ts';

/** The log of npm start never fills the disk. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'divert-log-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the log of a data folder', () => {
  test('is two files of bounded size, and keeps the newest lines over a restart', async () => {
    const most = 1_000;
    let log = openLogFile(folder, most);
    for (let i = 0; i < 500; i++) {
      // A start in between goes on with the file that is there.
      if (i % 100 === 0) log = openLogFile(folder, most);
      log.append(`line ${i} ü`);
    }
    const files = (await readdir(folder)).sort();
    expect(files).toEqual(['log.1.jsonl', 'log.jsonl']);
    for (const file of files) {
      expect((await stat(join(folder, file))).size).toBeLessThanOrEqual(most);
    }
    const lines = log.lines();
    expect(lines.length).toBeGreaterThan(50);
    expect(lines).toEqual(lines.map((_, i) => `line ${500 - lines.length + i} ü`));
  });

  test('takes a line that is longer than a file', () => {
    const log = openLogFile(folder, 10);
    log.append('x'.repeat(50));
    log.append('y');
    expect(log.lines()).toEqual(['x'.repeat(50), 'y']);
  });
});

test('is bounded in memory too', () => {
  const log = openLogFile(undefined);
  for (let i = 0; i < 25_000; i++) log.append(`${i}`);
  expect(log.lines().length).toBeLessThanOrEqual(10_000);
  expect(log.lines().at(-1)).toBe('24999');
});
