import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the functions wrote, line by line, as it stands in CloudWatch; the file before it. */
const FILES = ['log.jsonl', 'log.1.jsonl'] as const;
/** One file grows to this; two are kept. */
const MOST_BYTES = 16 << 20;
/** In memory, without a folder. */
const MOST_LINES = 10_000;

/** The log of a local server: of bounded size, in the data folder or in memory. */
export interface LogFile {
  append(line: string): void;
  /** Everything that is kept, oldest first. */
  lines(): string[];
}

/** @param most bytes of a file */
export function openLogFile(data: string | undefined, most = MOST_BYTES): LogFile {
  if (data === undefined) {
    const kept: string[] = [];
    return {
      append: (line) => {
        kept.push(line);
        if (kept.length > MOST_LINES) kept.splice(0, MOST_LINES / 2);
      },
      lines: () => [...kept],
    };
  }
  mkdirSync(data, { recursive: true });
  const [file, before] = [join(data, FILES[0]), join(data, FILES[1])];
  let size = existsSync(file) ? statSync(file).size : 0;
  return {
    append: (line) => {
      const text = `${line}\n`;
      const bytes = Buffer.byteLength(text);
      if (size > 0 && size + bytes > most) {
        renameSync(file, before);
        size = 0;
      }
      appendFileSync(file, text);
      size += bytes;
    },
    lines: () =>
      [before, file].flatMap((path) =>
        existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [],
      ),
  };
}
