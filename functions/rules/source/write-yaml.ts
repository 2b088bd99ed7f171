import { isDeepStrictEqual } from 'node:util';
import {
  Document,
  isDocument,
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
import { EVERY_ALIAS, parseYaml, type SourceFile } from './source-file.ts';
import { spliceYaml } from './splice-yaml.ts';

/** A rules document as JSON: its keys, and its subscribers by name. */
type Source = Readonly<Record<string, unknown>> & {
  readonly subscribers?: Readonly<Record<string, unknown>>;
};

/** What stands before the notes, so that they are found again. */
const NOTE = ' set by phone: ';

/**
 * Writes a rules document as YAML. Comments, order and spelling of the files that it was in are
 * kept where something is still the same; what is new goes into the first of them.
 *
 * @param files the files that the domain was in; none: one new file named `name`
 * @param notes lines to write as comments before a subscriber, by their name
 */
export function writeDocument(
  document: Source,
  files: readonly SourceFile[],
  notes: ReadonlyMap<string, readonly string[]> = new Map(),
  name = `${document.domain}.yaml`,
): SourceFile[] {
  if (files.length === 0) {
    return [{ name, text: updated(new Document({}), document, notes) }];
  }
  const parsed = files.map((file) => {
    const yaml = parseYaml(file.text);
    return { ...file, yaml, keys: keysOf(yaml), users: keysOf(yaml.get('subscribers')) };
  });
  return parsed.map(({ name, text, yaml, keys, users }, index) => {
    /** Whether a part belongs into this file: where it was, else into the first. */
    const here = (key: string, its: ReadonlySet<string>, all: 'keys' | 'users'): boolean =>
      its.has(key) || (index === 0 && !parsed.some((other) => other[all].has(key)));
    const subscribers = Object.entries(document.subscribers ?? {}).filter(([user]) =>
      here(user, users, 'users'),
    );
    const part = Object.fromEntries(
      Object.entries(document).flatMap(([key, value]) => {
        if (key === 'subscribers') {
          const shown = keys.has(key) || subscribers.length > 0;
          return shown ? [[key, Object.fromEntries(subscribers)]] : [];
        }
        return key === 'domain' || here(key, keys, 'keys') ? [[key, value]] : [];
      }),
    );
    const says = isDeepStrictEqual(yaml.toJS(EVERY_ALIAS), part);
    if (says && hasNotes(yaml, notes)) return { name, text };
    // Comments that are notes have no value to be found by: only then a document is written anew.
    const spliced = hasNotes(yaml, notes) ? spliceYaml(text, part) : undefined;
    return { name, text: spliced ?? updated(yaml, part, notes) };
  });
}

function keysOf(map: unknown): ReadonlySet<string> {
  const node = isDocument(map) ? map.contents : map;
  return new Set(isMap(node) ? node.items.map(({ key }) => nameOf(key)) : []);
}

function updated(
  yaml: Document,
  source: Source,
  notes: ReadonlyMap<string, readonly string[]>,
): string {
  // What anchors and aliases repeat may no longer be the same: then they are written out.
  let shared = false;
  visit(yaml, {
    Alias: () => {
      shared = true;
      return visit.BREAK;
    },
  });
  const target = shared ? new Document({}) : yaml;
  update(target, source, notes);
  return target.toString({ lineWidth: 100 });
}

/** Makes the document say `source`, and puts the notes before the subscribers. */
function update(
  yaml: Document,
  source: Source,
  notes: ReadonlyMap<string, readonly string[]>,
): void {
  // Whose comment is whose must be clear before anybody goes.
  subscriberKeys(yaml);
  yaml.contents = renewed(yaml, yaml.contents, source);
  for (const key of subscriberKeys(yaml)) {
    const others = (key.commentBefore ?? '')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(NOTE));
    const lines = [...others, ...notesOf(key, notes)];
    key.commentBefore = lines.length > 0 ? lines.join('\n') : null;
  }
}

/** Whether just these notes are there already. */
function hasNotes(yaml: Document, notes: ReadonlyMap<string, readonly string[]>): boolean {
  return subscriberKeys(yaml).every((key) => {
    const there = (key.commentBefore ?? '').split('\n').filter((line) => line.startsWith(NOTE));
    return isDeepStrictEqual(there, notesOf(key, notes));
  });
}

function notesOf({ value }: Scalar, notes: ReadonlyMap<string, readonly string[]>): string[] {
  return (notes.get(String(value)) ?? []).map((note) => NOTE + note);
}

function subscriberKeys(yaml: Document): Scalar[] {
  const subscribers = yaml.get('subscribers');
  if (!isMap(subscribers)) return [];
  const keys = subscribers.items.map(({ key }) => key as Scalar);
  passComment(subscribers, keys[0]);
  return keys;
}

/** What stands before the first entry is read as the collection's own comment: gives it back. */
function passComment(collection: YAMLMap | YAMLSeq, first: Node | undefined): void {
  if (!first || !collection.commentBefore) return;
  const comments = [collection.commentBefore, first.commentBefore];
  first.commentBefore = comments.filter(Boolean).join('\n');
  collection.commentBefore = null;
}

/** The node for a value: the one that was there, changed as little as possible, or a new one. */
function renewed(yaml: Document, node: unknown, value: unknown): Node {
  const before = node as Node | null | undefined;
  if (before && isDeepStrictEqual(before.toJS(yaml, EVERY_ALIAS), value)) return before;
  if (isMap(before) && isObject(value)) return renewedMap(yaml, before, value);
  if (isSeq(before) && Array.isArray(value)) return renewedSeq(yaml, before, value);
  const created = createdFrom(yaml, value);
  if (isScalar(before) && isScalar(created)) {
    created.comment = before.comment ?? null;
    created.commentBefore = before.commentBefore ?? null;
  }
  return created;
}

function renewedMap(yaml: Document, map: YAMLMap, value: Record<string, unknown>): YAMLMap {
  map.items = map.items.filter(({ key }) => Object.hasOwn(value, nameOf(key)));
  const known = new Map(map.items.map((pair) => [nameOf(pair.key), pair]));
  for (const [key, part] of Object.entries(value)) {
    const pair = known.get(key);
    if (pair) pair.value = renewed(yaml, pair.value, part);
    else map.add(yaml.createPair(createdFrom(yaml, key), createdFrom(yaml, part)) as Pair);
  }
  return map;
}

/** Entries that are equal stay what they are; one that has a name is found by it. */
function renewedSeq(yaml: Document, seq: YAMLSeq, value: readonly unknown[]): YAMLSeq {
  passComment(seq, seq.items[0] as Node | undefined);
  const free = seq.items.map((item) => ({
    item,
    is: (item as Node | null)?.toJS(yaml, EVERY_ALIAS) as unknown,
  }));
  const take = (matches: (is: unknown) => boolean): unknown => {
    const at = free.findIndex(({ is }) => matches(is));
    return at < 0 ? undefined : free.splice(at, 1)[0]?.item;
  };
  const equal = value.map((entry) => take((is) => isDeepStrictEqual(is, entry)));
  seq.items = value.map((entry, index) => {
    const name = isObject(entry) ? entry.name : undefined;
    const before =
      equal[index] ??
      (name === undefined ? undefined : take((is) => isObject(is) && is.name === name));
    return renewed(yaml, before, entry);
  });
  return seq;
}

/** A new node, written as a person would: short lists on one line, numbers in quotes. */
function createdFrom(yaml: Document, value: unknown): Node {
  const node = yaml.createNode(value) as Node;
  visit(node, {
    Scalar: (_, scalar) => {
      const digits = typeof scalar.value === 'string' && /^[+-]?\d+$/.test(scalar.value);
      // Without quotes this key would merge what it stands for.
      if (digits || scalar.value === '<<') scalar.type = Scalar.QUOTE_DOUBLE;
    },
    Seq: (_, seq) => {
      if (seq.items.length <= 6 && seq.items.every(isScalar)) seq.flow = true;
    },
  });
  return node;
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}
