/**
 * The arguments of a program that npm runs: at most `most`, and `options`, which take no value. `--help` prints
 * `usage` and ends the process before anything is done; so does, with exit code 1, what is too much.
 */
export function argumentsFrom(usage: string, most = 0, options: readonly string[] = []): string[] {
  const given = process.argv.slice(2);
  if (given.some((argument) => argument === '--help' || argument === '-h')) {
    console.log(usage);
    process.exit(0);
  }
  const words = given.filter((argument) => !options.includes(argument));
  const wrong = words.find((argument) => argument.startsWith('-')) ?? words[most];
  if (wrong !== undefined) {
    console.error(`${wrong}: there is no such argument\n\n${usage}`);
    process.exit(1);
  }
  return given;
}
