import { parseArgs } from 'node:util';

/**
 * The options of a program of the tests: whole numbers with their defaults, and texts. `--help`
 * prints `usage` and ends the process; so does, with exit code 1, what is no option or no number,
 * as a run of NaN calls would find nothing wrong.
 */
export function optionsFrom<Count extends string, Text extends string = never>(
  usage: string,
  counts: Readonly<Record<Count, number>>,
  texts: readonly Text[] = [],
): Record<Count, number> & Partial<Record<Text, string>> {
  const names = [...Object.keys(counts), ...texts];
  try {
    const { values } = parseArgs({
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { help, ...given } = values as Record<string, string> & { help?: boolean };
    if (help) {
      console.log(usage);
      process.exit(0);
    }
    for (const name of Object.keys(counts)) {
      if (given[name] !== undefined && !/^\d{1,15}$/.test(given[name])) {
        throw new Error(`--${name} is "${given[name]}": give a whole number`);
      }
    }
    const numbers = Object.entries<number>(counts).map(([name, otherwise]) => [
      name,
      Number(given[name] ?? otherwise),
    ]);
    return { ...given, ...Object.fromEntries(numbers) };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(1);
  }
}
