import { isObject } from '../schema/is-object.ts';
import { NotUtf8 } from './decode.ts';
import { type Problem, pointerTo, quoted } from './fault.ts';
import { type Locate, locator, parseFile, type SourceFile } from './source-file.ts';

export interface ReadResult {
  /** The files as one document, as written: not yet checked, see `compile`. */
  readonly document: unknown;
  /** The .ics files that its calendars name, by the name that they use. */
  readonly calendars: Readonly<Record<string, string>>;
  /** What is wrong with the files themselves: syntax, keys that come twice. */
  readonly problems: readonly Problem[];
  /** Whether a file can't be read as YAML, so that what is in it is not known. */
  readonly broken: boolean;
  /** Finds the place of a fault in the files. */
  readonly locate: Locate;
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
  const parts = files.map((file) => ({ file, value: parseFile(file, problems) }));
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
    problems.push(locate({ pointer, message, about: 'key' }, file));
    return false;
  };
  for (const { file, value } of parts) {
    if (value === undefined) continue;
    if (!isObject(value)) {
      problems.push(locate({ pointer: '', message: 'must be a mapping with a domain' }, file));
      continue;
    }
    for (const [key, part] of Object.entries(value)) {
      const pointer = pointerTo('', key);
      if (key === 'subscribers' && isObject(part)) {
        for (const [user, subscriber] of Object.entries(part)) {
          if (claim(pointerTo(pointer, user), file, `subscriber ${quoted(user)}`)) {
            define(subscribers, user, subscriber);
          }
        }
        if (!Object.hasOwn(document, key)) document[key] = subscribers;
      } else if (key === 'domain' && Object.hasOwn(document, key)) {
        if (String(part).toLowerCase() !== String(document[key]).toLowerCase()) {
          const message = `domain ${quoted(part)} is not ${quoted(document[key])}, which ${foundIn.get(pointer)} is for`;
          problems.push(locate({ pointer, message }, file));
        }
      } else if (claim(pointer, file, quoted(key))) {
        define(document, key, part);
      }
    }
  }
  if (Object.hasOwn(document, 'domain')) {
    // Where no file has one, that is told once, when the document is checked.
    for (const { file, value } of parts) {
      if (!isObject(value) || Object.hasOwn(value, 'domain')) continue;
      problems.push(locate({ pointer: '', message: "'domain' is missing" }, file));
    }
  }
  return {
    document,
    calendars: readCalendars(document, foundIn.get('/calendars'), readFile, locate, problems),
    problems,
    broken: parts.some(({ value }) => !isObject(value)),
    locate,
  };
}

function readCalendars(
  document: Readonly<Record<string, unknown>>,
  holder: string | undefined,
  readFile: (path: string) => string,
  locate: Locate,
  problems: Problem[],
): Record<string, string> {
  const texts: Record<string, string> = {};
  if (!isObject(document.calendars)) return texts;
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
        const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
        const why =
          error instanceof NotUtf8 ? error.message : missing ? 'no such file' : 'unreadable';
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

/** Sets an own property whatever its name, `__proto__` included. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}
