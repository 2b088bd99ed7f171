/** A large file as texts that can be parsed one after the other, each small. */
export interface Chunks {
  /** Everything but the subscribers; their key is there, without a value. */
  readonly rest: string;
  /** Some subscribers each: a mapping. */
  readonly subscribers: readonly string[];
}

/** Smaller files are parsed whole. */
const LARGE = 256 * 1024;
/** At least so much of a file goes into a piece. */
const PIECE = 64 * 1024;

/**
 * Cuts a large file between subscribers, because a syntax tree takes a hundred times the memory of
 * its text. It goes by line and indentation only: where a piece turns out not to be sound YAML by
 * itself (an anchor elsewhere, a bracket that spans the cut), the file has to be parsed whole.
 */
export function chunksOf(text: string): Chunks | undefined {
  if (text.length < LARGE || /^%/m.test(text)) return undefined;
  const key = /^subscribers:[ \t]*(?:#.*)?\r?\n/m.exec(text);
  if (!key) return undefined;
  const start = key.index + key[0].length;
  const after = /^[^\s#]/gm;
  after.lastIndex = start;
  const end = after.exec(text)?.index ?? text.length;
  const first = /^ +(?=[^\s#])/gm;
  first.lastIndex = start;
  const indent = first.exec(text)?.[0].length ?? 0;
  if (indent === 0) return undefined;

  const subscribers: string[] = [];
  const entry = new RegExp(`^ {${indent}}(?=[^\\s#])`, 'gm');
  let from = start;
  for (;;) {
    entry.lastIndex = from + PIECE;
    const cut = Math.min(entry.exec(text)?.index ?? end, end);
    subscribers.push(text.slice(from, cut));
    if (cut === end) return { rest: text.slice(0, start) + text.slice(end), subscribers };
    from = cut;
  }
}
