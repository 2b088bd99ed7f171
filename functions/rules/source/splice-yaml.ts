import { isDeepStrictEqual } from 'node:util';
import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { isObject } from '../schema/is-object.ts';
import { EVERY_ALIAS, parseYaml } from './source-file.ts';

/**
 * Changes a YAML text so that it says another value, by replacing, inserting and removing just the
 * text of what differs: everything else stays as it is to the letter, comments, order, quotes,
 * anchors, blank lines and line ends included.
 *
 * @returns the new text; undefined where only writing the document anew would say the value
 */
export function spliceYaml(text: string, value: unknown): string | undefined {
  // What an anchor says elsewhere may change or go with it: then its aliases are written out.
  for (const aliases of ['kept', 'written out'] as const) {
    const spliced = new Splicer(text, aliases).to(value);
    if (says(spliced, value)) return spliced;
  }
  return undefined;
}

function says(text: string, value: unknown): boolean {
  const read = parseYaml(text);
  if (read.errors.length > 0) return false;
  try {
    return isDeepStrictEqual(read.toJS(EVERY_ALIAS), value);
  } catch {
    return false; // An alias whose anchor has gone.
  }
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

class Splicer {
  readonly #text: string;
  readonly #lineEnd: string;
  readonly #document: Document.Parsed;
  readonly #edits: Edit[] = [];
  /** What anchors that were passed are to say. */
  readonly #anchored = new Map<string, unknown>();

  readonly #aliases: 'kept' | 'written out';

  constructor(text: string, aliases: 'kept' | 'written out') {
    this.#aliases = aliases;
    this.#text = text;
    this.#lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    this.#document = parseYaml(text);
  }

  to(value: unknown): string {
    const root = this.#document.contents;
    if (root) this.#change(root, value);
    const edits = this.#edits.toSorted((a, b) => b.from - a.from || b.to - a.to);
    return edits.reduce(
      (text, { from, to, text: next }) =>
        text.slice(0, from) + next.replaceAll('\n', this.#lineEnd) + text.slice(to),
      this.#text,
    );
  }

  #change(node: Node, value: unknown): void {
    if (!isAlias(node) && node.anchor !== undefined) this.#anchored.set(node.anchor, value);
    // It says what its anchor is about to say.
    if (isAlias(node) && isDeepStrictEqual(this.#anchored.get(node.source), value)) return;
    const writesOut = this.#aliases === 'written out' && hasAlias(node);
    if (!writesOut && isDeepStrictEqual(this.#says(node), value)) return;
    if (writesOut && isMap(node) && node.items.some((pair) => isMergeKey(pair as never))) {
      this.#replace(node, value);
      return;
    }
    if (isMap(node) && !node.flow && isObject(value) && Object.keys(value).length > 0) {
      this.#changeMap(node, value);
    } else if (isSeq(node) && !node.flow && Array.isArray(value) && value.length > 0) {
      this.#changeSequence(node, value);
    } else if (isMap(node) && isObject(value) && sameKeys(node, value)) {
      for (const { key, value: part } of node.items) {
        this.#change(part as Node, value[nameOf(key)]);
      }
    } else if (isSeq(node) && Array.isArray(value) && node.items.length === value.length) {
      for (const [i, item] of node.items.entries()) this.#change(item as Node, value[i]);
    } else this.#replace(node, value);
  }

  #says(node: Node): unknown {
    return node.toJS(this.#document, EVERY_ALIAS);
  }

  #changeMap(map: YAMLMap, value: Record<string, unknown>): void {
    const before = this.#says(map) as Record<string, unknown>;
    const own = new Map(
      (map.items as Pair<Node, Node | null>[]).map((pair) => [nameOf(pair.key), pair]),
    );
    for (const [name, pair] of own) {
      if (isMergeKey(pair)) continue;
      if (!Object.hasOwn(value, name)) this.#remove(pair.key, pair.value);
      else if (pair.value?.range) this.#change(pair.value, value[name]);
      else if (value[name] !== null) {
        const at = (pair.key.range?.[1] ?? 0) + 1;
        this.#edits.push({ from: at, to: at, text: ` ${inline(value[name])}` });
      }
    }
    const added = Object.entries(value).filter(
      ([name, part]) => !own.has(name) && !isDeepStrictEqual(before[name], part),
    );
    const last = map.items.at(-1) as Pair<Node, Node | null> | undefined;
    if (added.length === 0 || !last) return;
    const indent = this.#column(map.range?.[0] ?? 0);
    const lines = block(Object.fromEntries(added), indent);
    this.#insert(this.#endOfLine(last.value ?? last.key), lines);
  }

  #changeSequence(sequence: YAMLSeq, value: readonly unknown[]): void {
    const items = sequence.items as Node[];
    const said = items.map((item) => this.#says(item));
    const matches = matched(said, value);
    const kept = matches.filter((index) => index !== undefined);
    if (kept.some((index, i) => i > 0 && index < (kept[i - 1] as number))) {
      this.#reorder(items, value, matches);
      return;
    }
    const first = items[0] as Node;
    const indent = this.#column(this.#dash(first));
    for (const [i, item] of items.entries()) if (!kept.includes(i)) this.#remove(item, item);
    let after = -1;
    for (const [i, entry] of value.entries()) {
      const match = matches[i];
      if (match === undefined) {
        const at =
          after < 0 ? this.#startOfLine(this.#dash(first)) : this.#endOfLine(items[after] as Node);
        this.#insert(at, block([entry], indent));
      } else {
        this.#change(items[match] as Node, entry);
        after = match;
      }
    }
  }

  /** Entries that change places take their lines, and the comments above them, with them. */
  #reorder(
    items: readonly Node[],
    value: readonly unknown[],
    matches: readonly (number | undefined)[],
  ) {
    const slice = (item: Node): [number, number] => [
      this.#withComments(this.#startOfLine(this.#dash(item))),
      this.#endOfLine(item),
    ];
    const indent = this.#column(this.#dash(items[0] as Node));
    const parts = value.map((entry, i) => {
      const item = matches[i] === undefined ? undefined : items[matches[i]];
      if (!item) return block([entry], indent);
      const [from, to] = slice(item);
      const start = this.#edits.length;
      this.#change(item, entry);
      return this.#edits
        .splice(start)
        .toSorted((a, b) => b.from - a.from)
        .reduce(
          (text, edit) => text.slice(0, edit.from - from) + edit.text + text.slice(edit.to - from),
          this.#text.slice(from, to),
        );
    });
    const slices = items.map(slice);
    for (const [i, [from, to]] of slices.entries()) {
      this.#edits.push({ from, to, text: i === 0 ? parts.join('') : '' });
    }
  }

  #replace(node: Node, value: unknown): void {
    const [from, end] = node.range as [number, number, number];
    const blockStyle = isCollection(node) && !node.flow && node.items.length > 0;
    if (!blockStyle) {
      this.#edits.push({ from, to: end, text: inline(value, isScalar(node) ? node : undefined) });
      return;
    }
    const nonEmpty = Array.isArray(value)
      ? value.length > 0
      : isObject(value) && Object.keys(value).length > 0;
    const start = isSeq(node) ? this.#dash(node.items[0] as Node) : from;
    const to = this.#endOfText(node);
    const text = nonEmpty ? block(value, this.#column(start)).trim() : inline(value);
    this.#edits.push({ from: start, to, text });
  }

  /** Takes a pair or an entry out, with the comments above it. */
  #remove(first: Node, last: Node | null): void {
    const start =
      isMap(first) || isSeq(first) || this.#isEntry(first)
        ? this.#dash(first)
        : (first.range?.[0] ?? 0);
    const line = this.#startOfLine(start);
    if (this.#text.slice(line, start).trim() !== '') {
      // It stands on the line of its parent's dash: only that mark stays.
      this.#edits.push({ from: start, to: this.#endOfLine(last ?? first), text: '' });
      return;
    }
    this.#edits.push({
      from: this.#withComments(line),
      to: this.#endOfLine(last ?? first),
      text: '',
    });
  }

  #insert(at: number, lines: string): void {
    const open = at > 0 && this.#text[at - 1] !== '\n';
    this.#edits.push({ from: at, to: at, text: open ? `\n${lines.trimEnd()}` : lines });
  }

  #isEntry(node: Node): boolean {
    const before = this.#text.slice(0, node.range?.[0] ?? 0).trimEnd();
    return before.endsWith('-');
  }

  /** Where the `-` of a sequence's entry stands. */
  #dash(entry: Node): number {
    return this.#text.lastIndexOf('-', (entry.range?.[0] ?? 1) - 1);
  }

  #column(offset: number): number {
    return offset - this.#startOfLine(offset);
  }

  #startOfLine(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The end of what a node says, without the white space and comments that follow it. */
  #endOfText(node: Node): number {
    if (isCollection(node) && !node.flow && node.items.length > 0) {
      const last = node.items.at(-1) as Node | Pair<Node, Node | null>;
      if ('range' in last) return this.#endOfText(last as Node);
      const { key, value } = last as Pair<Node, Node | null>;
      return value?.range ? this.#endOfText(value) : (key.range?.[1] ?? 0) + 1;
    }
    return node.range?.[1] ?? 0;
  }

  /** The start of the line after a node, or the end of the text. */
  #endOfLine(node: Node): number {
    const end = this.#endOfText(node);
    if (end > 0 && this.#text[end - 1] === '\n') return end;
    const next = this.#text.indexOf('\n', end);
    return next < 0 ? this.#text.length : next + 1;
  }

  /** The start of the comment lines right above a line. */
  #withComments(line: number): number {
    let start = line;
    while (start > 0) {
      const above = this.#startOfLine(start - 1);
      if (!/^[ \t]*#/.test(this.#text.slice(above, start))) break;
      start = above;
    }
    return start;
  }
}

/** For each entry the index of what it was: an equal one, else one of its name. */
function matched(before: readonly unknown[], value: readonly unknown[]): (number | undefined)[] {
  const free = new Set(before.keys());
  const take = (is: (said: unknown) => boolean): number | undefined => {
    for (const index of free) {
      if (!is(before[index])) continue;
      free.delete(index);
      return index;
    }
    return undefined;
  };
  const equal = value.map((entry) => take((said) => isDeepStrictEqual(said, entry)));
  return value.map((entry, i) => {
    const name = isObject(entry) ? entry.name : undefined;
    return (
      equal[i] ??
      (name === undefined ? undefined : take((said) => isObject(said) && said.name === name))
    );
  });
}

/** A value on one line, quoted as what stood there. */
function inline(value: unknown, before?: Scalar): string {
  const document = new Document(value);
  visit(document, {
    Scalar: (_, scalar) => quote(scalar),
    Collection: (_, collection) => {
      collection.flow = true;
    },
  });
  const root = document.contents;
  if (before && isScalar(root) && typeof before.value === 'string' && typeof value === 'string') {
    root.type =
      before.type === 'QUOTE_SINGLE' ? 'QUOTE_SINGLE' : (root.type ?? before.type ?? 'PLAIN');
  }
  return document.toString({ lineWidth: 0 }).trimEnd().replaceAll(/\n\s*/g, ' ');
}

/** A collection on lines of its own, indented; short lists on one line. */
function block(value: unknown, indent: number): string {
  const document = new Document(value);
  visit(document, {
    Scalar: (_, scalar) => quote(scalar),
    Seq: (key, sequence) => {
      const short = sequence.items.length <= 6 && sequence.items.every(isScalar);
      if (short && key !== null && key !== undefined) sequence.flow = true;
    },
  });
  const root = document.contents;
  if (root && isCollection(root)) root.flow = false;
  const margin = ' '.repeat(indent);
  return document.toString({ lineWidth: 100 }).replaceAll(/^(?=.)/gm, margin);
}

/** Digits are text here, which others would read as numbers, and `<<` is a key that merges. */
function quote(scalar: Scalar): void {
  const digits = typeof scalar.value === 'string' && /^[+-]?\d+$/.test(scalar.value);
  if (digits || scalar.value === '<<') scalar.type = Scalar.QUOTE_DOUBLE;
}

function hasAlias(node: Node): boolean {
  let found = isAlias(node);
  visit(node, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

const nameOf = (key: unknown): string => String(isScalar(key) ? key.value : key);

const isMergeKey = ({ key, value }: Pair<Node, Node | null>): boolean =>
  nameOf(key) === '<<' && (isAlias(value) || isSeq(value));

const sameKeys = (map: YAMLMap, value: Record<string, unknown>): boolean =>
  isDeepStrictEqual(new Set(map.items.map(({ key }) => nameOf(key))), new Set(Object.keys(value)));
