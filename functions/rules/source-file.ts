import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type ScalarTag,
  type Tags,
  type Document as YamlDocument,
} from 'yaml';
import { type Fault, type Problem, pointerKeys } from './problem.ts';

/** A source file: its name (a path, as shown in problems) and what is in it. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** YAML's `+49…` and `0049…` are integers, which would lose what they begin with: here texts. */
function numbersAsWritten(tags: Tags): Tags {
  return tags.map((tag): Tags[number] =>
    typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:int' && !tag.format
      ? ({ ...tag, test: /^-?(?:0|[1-9][0-9]*)$/ } as ScalarTag)
      : tag,
  );
}

/** The syntax tree of a YAML text, which has its errors with it. */
export function parseYaml(text: string, lineCounter = new LineCounter()): YamlDocument.Parsed {
  return parseDocument(text, {
    lineCounter,
    customTags: numbersAsWritten,
    prettyErrors: false,
    uniqueKeys: true,
  });
}

/** The content of a file as plain JSON values; undefined where its syntax is broken. */
export function parseFile(file: SourceFile, problems: Problem[]): unknown {
  const lines = new LineCounter();
  const parsed = parseYaml(file.text, lines);
  let broken = false;
  for (const error of parsed.errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    const twice = error.code === 'DUPLICATE_KEY';
    broken ||= !twice;
    const message = twice ? 'this key stands here twice' : firstLine(error.message);
    problems.push({ pointer: '', message, file: file.name, line, column: Math.max(1, col) });
  }
  if (broken) return undefined;
  try {
    return parsed.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    // Anchors that would multiply, or that refer to themselves.
    problems.push({
      pointer: '',
      message: firstLine((error as Error).message),
      file: file.name,
      line: 1,
      column: 1,
    });
    return undefined;
  }
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
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
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
