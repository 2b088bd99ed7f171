import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { callLine } from './call-line.ts';

/** What the functions wrote, line by line, as it stands in CloudWatch. */
const FILE = 'log.jsonl';

/**
 * Keeps what the functions write in the data folder, and prints of it what a person wants to see:
 * one readable line for each call, and everything that is no JSON, a warning or an error as it is.
 */
export function logLines(data: string, print: (text: string) => void): (text: string) => void {
  mkdirSync(data, { recursive: true });
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      appendFileSync(join(data, FILE), `${line}\n`);
      const shown = callLine(line) ?? (/^\{"level":"info"/.test(line) ? undefined : line);
      if (shown !== undefined) print(`${shown}\n`);
    }
  };
}
