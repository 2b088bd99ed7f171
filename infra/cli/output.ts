import type { Command } from 'commander';

export interface OutputOptions {
  readonly json?: true;
}

/** Where the results of a command go: text at once, or with --json facts, as one document. */
export interface Output {
  /** For people, on standard output; nothing with --json. */
  text(text: string): void;
  /** Adds members to the document; nothing without --json. */
  facts(members: object): void;
}

export const withJson = (command: Command): Command =>
  command.option('--json', 'print one JSON document instead');

/**
 * Does the work of a command. What it found and did until an error is printed too, as its text
 * would be: the exit code says that it is not all.
 */
export async function printing(
  { json }: OutputOptions,
  work: (output: Output) => Promise<void> | void,
): Promise<void> {
  let document: object | undefined;
  try {
    await work({
      text: (text) => {
        if (!json) process.stdout.write(text);
      },
      facts: (members) => {
        if (json) document = { ...document, ...members };
      },
    });
  } finally {
    if (document) printJson(document);
  }
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
