import {
  type Alias,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
  type Document as YamlDocument,
} from 'yaml';
import { isObject } from '../schema/is-object.ts';
import { chunksOf } from './chunks.ts';
import { type Fault, type Problem, pointerKeys } from './fault.ts';

/** A source file: its name (a path, as shown in problems) and what is in it. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** For `toJS`: the library's limit of 100 is less than a domain of people who share rules. */
export const EVERY_ALIAS = { maxAliasCount: -1 };

/**
 * The syntax tree of a YAML text, which has its errors with it. Aliases may be many, and `<<` merges.
 * What YAML reads as a number, a truth or nothing counts as it is written where that would lose a
 * character of it (`+33.1234`, `000413e12345`, `1.0`), and in keys always: most that looks like a
 * number here is dialled.
 */
export function parseYaml(text: string, lineCounter = new LineCounter()): YamlDocument.Parsed {
  const document = parseDocument(text, {
    lineCounter,
    merge: true,
    prettyErrors: false,
    // The library compares each key with all others of its mapping: `repeatedKeys` does not.
    uniqueKeys: false,
  });
  visit(document, {
    Scalar: (place, scalar, path) => {
      const { value, source } = scalar;
      if (source === undefined || scalar.type !== 'PLAIN') return;
      if (place === 'key') {
        if (['number', 'boolean'].includes(typeof value) || (value === null && source !== '')) {
          scalar.value = source;
        }
      } else if (typeof value === 'number' && String(value) !== source) {
        const pair = path.at(-1);
        const key = isPair(pair) && isScalar(pair.key) ? pair.key.value : undefined;
        // The one thing here that people write as `1.0`.
        if (key !== 'q' || !/^\d+\.\d+$/.test(source)) scalar.value = source;
      }
    },
  });
  return document;
}

/** Values that a document may have when every alias is written out. */
const MOST_VALUES = 1_000_000;

/** An alias of nothing that stands before it. */
class UnknownAnchor extends Error {
  readonly offset: number;

  constructor({ source, range }: Alias) {
    super(`unknown anchor '${source}': nothing before this has &${source}`);
    this.offset = range?.[0] ?? 0;
  }
}

/**
 * A tree as plain JSON values. Throws where anchors multiply beyond measure, or hold themselves.
 *
 * @throws {UnknownAnchor}
 */
function plainOf(document: YamlDocument.Parsed): unknown {
  // An alias means what has had its anchor last: they are met in the order of the text.
  const anchors = new Map<string, number>();
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const size = anchors.get(node.source);
      if (size === undefined) throw new UnknownAnchor(node);
      return size;
    }
    if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
    const anchor = (node as Node | null)?.anchor;
    if (anchor !== undefined) anchors.set(anchor, Number.POSITIVE_INFINITY);
    let size = 1;
    if (isMap(node) || isSeq(node)) for (const item of node.items) size += sizeOf(item);
    if (anchor !== undefined) anchors.set(anchor, size);
    return size;
  };
  if (sizeOf(document.contents) > MOST_VALUES) {
    throw new Error('anchors and aliases repeat too much, or hold themselves');
  }
  return document.toJS(EVERY_ALIAS);
}

/** The content of a file as plain JSON values; undefined where its syntax is broken. */
export function parseFile(file: SourceFile, problems: Problem[]): unknown {
  return inPieces(file.text) ?? parseWhole(file, problems);
}

/** The content of a large file without any mistake; otherwise undefined. */
function inPieces(text: string): unknown {
  const pieces = chunksOf(text);
  if (!pieces) return undefined;
  const problems: Problem[] = [];
  const parse = (part: string): unknown => parseWhole({ name: '', text: part }, problems);
  const document = parse(pieces.rest);
  const subscribers: [string, unknown][] = [];
  for (const piece of pieces.subscribers) {
    const some = parse(piece);
    if (problems.length > 0 || !isObject(some)) return undefined;
    for (const entry of Object.entries(some)) subscribers.push(entry);
  }
  const merged = Object.fromEntries(subscribers);
  const complete = isObject(document) && document.subscribers === null;
  if (!complete || Object.keys(merged).length < subscribers.length) return undefined;
  return { ...document, subscribers: merged };
}

function parseWhole(file: SourceFile, problems: Problem[]): unknown {
  const lines = new LineCounter();
  const parsed = parseYaml(file.text, lines);
  const tell = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    const place = { file: file.name, line: Math.max(1, line), column: Math.max(1, col) };
    problems.push({ pointer: '', message, ...place });
  };
  for (const { code, pos, message } of parsed.errors) {
    const unclosed = /^Flow (?:map|sequence) in block/.test(message);
    tell(pos[0], unclosed ? UNCLOSED : (IN_OTHER_WORDS[code] ?? firstLine(message)));
  }
  for (const key of repeatedKeys(parsed)) {
    tell(key.range?.[0] ?? 0, 'this key stands here twice');
  }
  const wrong = wrongKeys(parsed);
  for (const { range } of wrong) tell(range?.[0] ?? 0, 'a key must be a text, no list or mapping');
  if (parsed.errors.length > 0 || wrong.length > 0) return undefined;
  try {
    return plainOf(parsed) ?? {};
  } catch (error) {
    // Anchors that would multiply, or that refer to themselves.
    const offset = error instanceof UnknownAnchor ? error.offset : 0;
    tell(offset, firstLine((error as Error).message));
    return undefined;
  }
}

const UNCLOSED =
  'a list or mapping in brackets is not closed, or a line of it is not deeper than its key';

/** What the library says for whoever calls it, as whoever writes a file needs it. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'another document begins here: a file has one, without ---',
  BLOCK_AS_IMPLICIT_KEY:
    'this line and the next do not go together: a value is followed by deeper lines, or has ": " in it and wants quotes',
  MULTILINE_IMPLICIT_KEY: 'a key and the ":" behind it stand on one line',
};

/** Keys that are lists or mappings. */
function wrongKeys(document: YamlDocument.Parsed): Node[] {
  const wrong: Node[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isMap(key) || isSeq(key)) wrong.push(key as Node);
    },
  });
  return wrong;
}

/** Keys that their mapping has already. */
function repeatedKeys(document: YamlDocument.Parsed): Scalar[] {
  const repeated: Scalar[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) repeated.push(key);
        seen.add(key.value);
      }
    },
  });
  return repeated;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}

/** Finds the place of a fault in the files, or in the one that is known to have it. */
export type Locate = (fault: Fault, file?: SourceFile) => Problem;

/**
 * Finds pointers in several files: in that which holds most of the pointer. Files are parsed
 * again for it, once, because keeping the syntax trees of a large domain costs far more memory
 * than a mistake costs time.
 */
export function locator(files: readonly SourceFile[]): Locate {
  const trees = new Map<SourceFile, Tree>();
  const treeOf = (file: SourceFile): Tree => {
    let tree = trees.get(file);
    if (tree === undefined) {
      const lines = new LineCounter();
      tree = { file, lines, document: parseYaml(file.text, lines) };
      trees.set(file, tree);
    }
    return tree;
  };
  return (fault, file) => {
    let best: Found | undefined;
    for (const candidate of file ? [file] : files) {
      const found = find(treeOf(candidate), fault);
      if (best === undefined || found.depth > best.depth) best = found;
    }
    return best?.problem ?? { pointer: fault.pointer, message: fault.message };
  };
}

interface Tree {
  readonly file: SourceFile;
  readonly document: YamlDocument.Parsed;
  readonly lines: LineCounter;
}
interface Found {
  readonly depth: number;
  readonly problem: Problem;
}

/** The pair of a key, or that of a mapping which is merged in. */
function pairOf(map: YAMLMap, key: string, document: YamlDocument.Parsed): Pair | undefined {
  const isKey = (item: Pair, name: string): boolean =>
    isScalar(item.key) && (item.key.source ?? String(item.key.value)) === name;
  const own = map.items.find((item) => isKey(item, key));
  if (own) return own;
  for (const { value } of map.items.filter((item) => isKey(item, '<<'))) {
    for (const entry of isSeq(value) ? value.items : [value]) {
      const merged = isAlias(entry) ? entry.resolve(document) : entry;
      const found = isMap(merged) && merged !== map ? pairOf(merged, key, document) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}

/** The place of a pointer's value or key in a file, or of the last part of it that is there. */
function find({ file, document, lines }: Tree, fault: Fault): Found {
  const keys = pointerKeys(fault.pointer);
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  let depth = 0;
  for (; depth < keys.length; depth++) {
    const key = keys[depth] as string;
    if (isAlias(node)) node = node.resolve(document) ?? null;
    const last = depth === keys.length - 1;
    if (isMap(node)) {
      const pair = pairOf(node, key, document);
      if (pair === undefined) break;
      const keyNode = pair.key as Node;
      node = pair.value as Node | null;
      const empty = node === null || (node.range && node.range[0] === node.range[1]);
      offset = (((last && fault.about === 'key') || empty ? keyNode : node)?.range ?? [offset])[0];
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as Node | undefined;
      if (item === undefined) break;
      node = item;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  const { pointer, message } = fault;
  return {
    depth,
    problem: {
      pointer,
      message,
      file: file.name,
      line: Math.max(1, line),
      column: Math.max(1, col),
    },
  };
}
