import { callLine } from './call-line.ts';

/** Cuts what comes in pieces into lines. */
export function inLines(take: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
}

/**
 * What a person wants to see of what the functions write: one readable line for each call, and
 * everything that is no JSON, a warning or an error as it is.
 */
export const readableLines = (print: (text: string) => void): ((text: string) => void) =>
  inLines((line) => {
    const shown = callLine(line) ?? (/^\{"level":"info"/.test(line) ? undefined : line);
    if (shown !== undefined) print(`${shown}\n`);
  });
