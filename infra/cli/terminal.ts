import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { Failure } from './failure.ts';

export type Colour = Parameters<typeof styleText>[0];
/** Colours a text, or leaves it, as the place it goes to wants it. */
export type Paint = (colour: Colour, text: string) => string;

/** Colours for a stream: on a terminal, unless NO_COLOR; elsewhere only with FORCE_COLOR. */
export function paintFor(stream: NodeJS.WriteStream, env = process.env): Paint {
  const wanted = env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : stream.isTTY && !env.NO_COLOR;
  return wanted ? styleText : (_, text) => text;
}

/** Asks a person for a plain `yes`. Throws `Failure` where there is none to ask. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new Failure('there is nobody to ask for a yes: give --yes where that is meant');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} Only 'yes' is a yes: `)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}

/** Shows how far long work is: a bar on a terminal, elsewhere a line at every tenth. */
export function progress(total: number, what: string): { at(done: number): void; end(): void } {
  const stream = process.stderr;
  const started = Date.now();
  let shown = 0;
  const line = (done: number): string => {
    const seconds = (Date.now() - started) / 1000;
    const left = done > 0 ? Math.round((seconds / done) * (total - done)) : 0;
    const rate = Math.round(done / Math.max(seconds, 0.001));
    return `${done}/${total} ${what}, ${rate}/s, ${left} s left`;
  };
  return {
    at(done) {
      if (!stream.isTTY) {
        const tenth = Math.floor((done * 10) / total);
        if (total < 1000 || tenth === shown) return;
        shown = tenth;
        stream.write(`${line(done)}\n`);
        return;
      }
      if (done < total && Date.now() - shown < 100) return;
      shown = Date.now();
      const filled = Math.round((done / total) * 24);
      stream.write(`\r[${'#'.repeat(filled).padEnd(24, '-')}] ${line(done)}\x1b[K`);
    },
    end() {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
