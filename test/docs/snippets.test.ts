import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Local, startLocal } from '../../infra/local/local.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })].sort();
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Snippet {
  readonly file: string;
  readonly command: string;
  /** The JSON block right below it: what it answers, `…` standing for anything. */
  readonly answer: string | undefined;
}

/** Every shell block of the documents that calls the local server. */
function snippets(): Snippet[] {
  return documents.flatMap((file) =>
    [...read(file).matchAll(/```sh\n(curl [^`]*)```(?:\s*```json\n([^`]*)```)?/g)].map(
      ([, command = '', answer]) => ({ file, command, answer }),
    ),
  );
}

let local: Local;
beforeAll(async () => {
  local = await startLocal({
    ...{ documents: ['infra/rules/example.com.yaml'], port: 0 },
    // A first answer on a slow machine.
    environment: { DIVERT_DEADLINE_MS: '2500' },
  });
});
afterAll(() => local?.stop());

const called = snippets().filter(({ command }) => command.includes('localhost:3000/v1/'));

const CURL = spawnSync('curl', ['--version']).status === 0;

describe('what the documents say can be pasted', () => {
  beforeEach((context) =>
    context.skip(!CURL, 'the documents are pasted with curl: sudo apt-get install -y curl'),
  );

  test.each(called)('$file: $command', async ({ command, answer }) => {
    const here = command.replaceAll(/(?:http:\/\/)?localhost:3000/g, local.url);
    const { stdout } = await promisify(execFile)('sh', ['-c', here]);
    const got = JSON.parse(stdout);
    expect(got).not.toHaveProperty('degraded');
    expect(got).not.toHaveProperty('type');
    if (answer === undefined) return;
    const want = JSON.parse(answer);
    expect(Object.keys(got).sort()).toEqual(Object.keys(want).sort());
    for (const [key, value] of Object.entries(want)) {
      expect(JSON.stringify(got[key])).toMatch(pattern(JSON.stringify(value)));
    }
  });

  test('there are some', () => expect(called.length).toBeGreaterThan(1));
});

function pattern(text: string): RegExp {
  return new RegExp(`^${text.split('…').map(RegExp.escape).join('.*')}$`);
}

test.each(documents)('%s links to what is there', (file) => {
  const missing = [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !existsSync(join(ROOT, dirname(file), link)));
  expect(missing).toEqual([]);
});

test.each(documents)('%s names scripts that exist', (file) => {
  const { scripts } = JSON.parse(read('package.json'));
  const named = [...read(file).matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
});
