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
import { type Fault, type Problem, pointerKeys, pointerTo, quoted } from './problem.ts';

/** A file of a rules document: its name (a path, as shown in problems) and what is in it. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export interface ReadResult {
  /** The files as one document, as written: not yet checked, see `compile`. */
  readonly document: unknown;
  /** The .ics files that its calendars name, by the name that they use. */
  readonly calendars: Readonly<Record<string, string>>;
  /** What is wrong with the files themselves: syntax, keys that come twice. */
  readonly problems: readonly Problem[];
  /** Whether the syntax of a file is broken, so that what is in it is not known. */
  readonly broken: boolean;
  /** Finds the place of a fault in the files. */
  readonly locate: (fault: Fault) => Problem;
}

/** An .ics file longer than this (UTF-16 units) is refused: the stored item could not hold it. */
const LONGEST_CALENDAR = 200_000;

/**
 * Reads the files of one domain's document, YAML 1.2 or JSON, into one. Every file names the
 * domain; every other key may stand in one file only, and `subscribers` in all of them.
 *
 * @param readFile reads a file by its path, relative to where the sources' names are; throws
 *   where it can't
 */
export function readDocument(
  files: readonly SourceFile[],
  readFile: (path: string) => string,
): ReadResult {
  const problems: Problem[] = [];
  const parts = files.map((file) => ({ file, value: parse(file, problems) }));
  const locate = locator(files);

  const document: Record<string, unknown> = {};
  const subscribers: Record<string, unknown> = {};
  const foundIn = new Map<string, string>();
  const claim = (pointer: string, file: SourceFile, what: string): boolean => {
    const other = foundIn.get(pointer);
    if (other === undefined) {
      foundIn.set(pointer, file.name);
      return true;
    }
    const message = `${what} is already in ${other}`;
    problems.push(locateIn(file, { pointer, message, key: 'key' }));
    return false;
  };
  for (const { file, value } of parts) {
    if (value === undefined) continue;
    if (!isMapping(value)) {
      problems.push(locateIn(file, { pointer: '', message: 'must be a mapping with a domain' }));
      continue;
    }
    if (!Object.hasOwn(value, 'domain')) {
      problems.push(locateIn(file, { pointer: '', message: "'domain' is missing" }));
    }
    for (const [key, part] of Object.entries(value)) {
      const pointer = pointerTo('', key);
      if (key === 'subscribers' && isMapping(part)) {
        for (const [user, subscriber] of Object.entries(part)) {
          if (claim(pointerTo(pointer, user), file, `subscriber ${quoted(user)}`)) {
            define(subscribers, user, subscriber);
          }
        }
        if (!Object.hasOwn(document, key)) document[key] = subscribers;
      } else if (key === 'domain' && Object.hasOwn(document, key)) {
        if (String(part).toLowerCase() !== String(document[key]).toLowerCase()) {
          const message = `domain ${quoted(part)} is not ${quoted(document[key])}, which ${foundIn.get(pointer)} is for`;
          problems.push(locateIn(file, { pointer, message }));
        }
      } else if (claim(pointer, file, `'${key}'`)) {
        define(document, key, part);
      }
    }
  }
  return {
    document,
    calendars: readCalendars(document, foundIn.get('/calendars'), readFile, locate, problems),
    problems,
    broken: parts.some(({ value }) => value === undefined),
    locate,
  };
}

/** YAML's `+49…` and `0049…` are integers, which would lose what they begin with: here texts. */
function numbersAsWritten(tags: Tags): Tags {
  return tags.map((tag): Tags[number] =>
    typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:int' && !tag.format
      ? ({ ...tag, test: /^-?(?:0|[1-9][0-9]*)$/ } as ScalarTag)
      : tag,
  );
}

function parseYaml(text: string, lineCounter: LineCounter): YamlDocument.Parsed {
  return parseDocument(text, {
    lineCounter,
    customTags: numbersAsWritten,
    prettyErrors: false,
    uniqueKeys: true,
  });
}

/** The content of a file as plain JSON values; undefined where its syntax is broken. */
function parse(file: SourceFile, problems: Problem[]): unknown {
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

function readCalendars(
  document: Readonly<Record<string, unknown>>,
  holder: string | undefined,
  readFile: (path: string) => string,
  locate: (fault: Fault) => Problem,
  problems: Problem[],
): Record<string, string> {
  const texts: Record<string, string> = {};
  if (!isMapping(document.calendars)) return texts;
  for (const [name, value] of Object.entries(document.calendars)) {
    const single = !Array.isArray(value);
    for (const [index, entry] of (single ? [value] : value).entries()) {
      if (typeof entry !== 'string' || !entry.endsWith('.ics') || entry in texts) continue;
      const pointer = pointerTo('/calendars', name, ...(single ? [] : [index]));
      const fail = (message: string) => problems.push(locate({ pointer, message }));
      if (entry.startsWith('/') || entry.split(/[\\/]/).includes('..')) {
        fail(`${quoted(entry)} must lie beside this document`);
        continue;
      }
      try {
        const text = readFile(beside(holder ?? '', entry));
        if (text.length > LONGEST_CALENDAR) {
          fail(`${quoted(entry)} is longer than ${LONGEST_CALENDAR / 1000} KB`);
        } else texts[entry] = text;
      } catch (error) {
        const why =
          (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'unreadable';
        fail(`cannot read ${quoted(entry)} beside this document: ${why}`);
      }
    }
  }
  return texts;
}

/** The path of a file in the folder of another. */
function beside(file: string, name: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1) + name;
}

/**
 * Finds pointers in several files: in that which holds most of the pointer. Files are parsed
 * again for it, once, because keeping the syntax trees of a large domain costs far more memory
 * than a mistake costs time.
 */
function locator(files: readonly SourceFile[]): (fault: Fault) => Problem {
  let trees: readonly Tree[] | undefined;
  return (fault) => {
    trees ??= files.map(treeOf);
    let best: Found | undefined;
    for (const tree of trees) {
      const found = find(tree, fault);
      if (best === undefined || found.depth > best.depth) best = found;
    }
    return best?.problem ?? { pointer: fault.pointer, message: fault.message };
  };
}

function locateIn(file: SourceFile, fault: Fault): Problem {
  return find(treeOf(file), fault).problem;
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

function treeOf(file: SourceFile): Tree {
  const lines = new LineCounter();
  return { file, lines, document: parseYaml(file.text, lines) };
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
      offset = (((last && fault.key) || empty ? keyNode : node)?.range ?? [offset])[0];
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

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets an own property whatever its name, `__proto__` included. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
