import { Argument, Command, type Option } from 'commander';

const SHELLS = ['bash', 'zsh'] as const;
type Shell = (typeof SHELLS)[number];

export const completionCommand = (): Command =>
  new Command('completion')
    .description('print what completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'whose').choices(SHELLS))
    .addHelpText(
      'after',
      '\nExample, in ~/.bashrc (in ~/.zshrc with zsh):\n  eval "$(divert completion bash)"',
    )
    .action((shell: Shell, _: object, command: Command) => {
      process.stdout.write(completionScript(command.parent as Command, shell));
    });

/**
 * A script for a shell in which `program` is a command. It knows commands, options and an option's
 * closed choices; everything else is the shell's own completion of file names.
 */
function completionScript(program: Command, shell: Shell): string {
  const all = [...withPaths(program)];
  const within = all.slice(1).map(([path]) => quoted(path));
  const words = all.map(([path, command]) => [path, wordsOf(command).join(' ')]);
  const choices = all.flatMap(([path, { options }]) =>
    options.flatMap((option) =>
      option.argChoices
        ? flagsOf(option).map((flag) => [`${path} ${flag}`, option.argChoices?.join(' ') ?? ''])
        : [],
    ),
  );
  const cases = (rows: readonly (readonly string[])[]): string =>
    rows.map(([key, value]) => `    ${quoted(key)}) words=${quoted(value)} ;;\n`).join('');
  return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_${program.name()}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${within.join('|')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path" in
${cases(words)}  esac
  case "$path $before" in
${cases(choices)}  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _${program.name()} ${program.name()}
`;
}

/** Every command under what stands before it: '', ' peers', ' peers list'. */
function* withPaths(command: Command, path = ''): Generator<[path: string, Command]> {
  yield [path, command];
  for (const one of command.commands) yield* withPaths(one, `${path} ${one.name()}`);
}

const wordsOf = ({ commands, options }: Command): string[] => [
  ...commands.map((command) => command.name()),
  ...options.flatMap(flagsOf),
  '--help',
];

const flagsOf = ({ long, hidden }: Option): string[] => (long && !hidden ? [long] : []);

const quoted = (text = ''): string => `'${text.replaceAll("'", `'\\''`)}'`;
