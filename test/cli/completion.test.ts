import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../infra/cli/program.ts';

async function completion(shell: string): Promise<string> {
  let script = '';
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    script += text;
    return true;
  });
  try {
    await run(['completion', shell]);
  } finally {
    out.mockRestore();
  }
  return script;
}

describe('divert completion bash', () => {
  let script: string;
  beforeAll(async () => {
    script = await completion('bash');
  });

  /** What bash offers for the last of the words, by the function that it was told to ask. */
  function offered(...words: string[]): string[] {
    const ask = `${script}
[[ $(complete -p divert) == "complete -o default -F _divert divert" ]] || exit 1
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _divert
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { PATH: process.env.PATH };
    const args = ['--norc', '--noprofile', '-c', ask, 'bash', 'divert', ...words];
    return execFileSync('bash', args, { env, encoding: 'utf8' }).split('\n').filter(Boolean);
  }

  test.each([
    ['commands', ['ex'], ['explain']],
    ['several that begin so', ['re'], ['revert', 'restore']],
    ['options of the program', ['--v'], ['--version']],
    ['options of a command', ['explain', '--fo'], ['--follow']],
    ['options behind values', ['explain', '--from', 'alice', '--outc'], ['--outcome']],
    ['commands of a command', ['peers', 'rev'], ['revert']],
    ['options of those', ['peers', 'revert', 'edge', '--y'], ['--yes']],
    ['the choices of an option', ['check', 'rules.yaml', '--format', 'g'], ['github']],
    ['no command where a file stands', ['check', 'pee'], []],
  ])('%s', (_, words, expected) => {
    expect(offered(...words)).toEqual(expected);
  });
});

test('divert completion zsh goes through zsh’s layer for such functions', async () => {
  expect(await completion('zsh')).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n_divert/);
});
