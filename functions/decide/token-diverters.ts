import { Buffer } from 'node:buffer';

/** One who diverted the call, as the token carries them. */
export interface Diverter {
  /** As they were dialled: `bob@example.com`, `+49301234567`, `1002@example.com`. */
  readonly dialled: string;
  /** Their mark under their canonical name; the mark of `dialled` where they are the same. */
  readonly mark: number;
  /** Diversion reason. */
  readonly reason: string;
  /** They are to be named nowhere. */
  readonly hidden: boolean;
}

/** RFC 5806 §4, in the order of the code that stands for each; never reorder. */
const REASONS = [
  'unknown',
  'user-busy',
  'no-answer',
  'unavailable',
  'unconditional',
  'time-of-day',
  'do-not-disturb',
  'deflection',
  'follow-me',
  'out-of-service',
  'away',
];
const REASON_BITS = 0x0f;
const HIDDEN = 0x10;
const NUMBER = 0x20;
const OWN_MARK = 0x40;
const MARK_BYTES = 3;

/** Everyone who diverted, newest first. */
export interface Diverters {
  readonly named: readonly Diverter[];
  /** Marks of those before them, for whose names there was no room. */
  readonly older: readonly number[];
}

/**
 * Whole entries as long as everyone older still fits as a mark, then marks. One byte counts the
 * whole entries.
 *
 * @param room bytes at most
 */
export function packDiverters(
  { named, older }: Diverters,
  room: number,
  markOf: (identity: string) => number,
): Buffer {
  const marks = [...named.map(({ mark }) => mark), ...older];
  marks.length = Math.min(marks.length, Math.floor((room - 1) / MARK_BYTES));
  const parts: Buffer[] = [];
  let left = room - 1;
  let whole = 0;
  for (const one of named.slice(0, marks.length)) {
    const entry = packOne(one, markOf);
    const rest = (marks.length - whole - 1) * MARK_BYTES;
    if (entry === undefined || entry.length + rest > left) break;
    parts.push(entry);
    left -= entry.length;
    whole++;
  }
  for (const mark of marks.slice(whole)) parts.push(packMark(mark));
  return Buffer.concat([Buffer.of(whole), ...parts]);
}

function packOne(one: Diverter, markOf: (identity: string) => number): Buffer | undefined {
  const number = /^\+\d{1,15}$/.test(one.dialled);
  const name = number ? packDigits(one.dialled.slice(1)) : Buffer.from(one.dialled);
  if (name.length > 0xff) return undefined;
  const ownMark = one.mark !== markOf(one.dialled);
  const head =
    Math.max(REASONS.indexOf(one.reason), 0) |
    (one.hidden ? HIDDEN : 0) |
    (number ? NUMBER : 0) |
    (ownMark ? OWN_MARK : 0);
  return Buffer.concat([
    Buffer.of(head, name.length),
    name,
    ownMark ? packMark(one.mark) : Buffer.alloc(0),
  ]);
}

function packMark(mark: number): Buffer {
  const bytes = Buffer.alloc(MARK_BYTES);
  bytes.writeUIntBE(mark, 0, MARK_BYTES);
  return bytes;
}

/** Two digits a byte, an odd last one padded with `f`. */
function packDigits(digits: string): Buffer {
  return Buffer.from(digits.length % 2 ? `${digits}f` : digits, 'hex');
}

/** Reads what `packDiverters` wrote. It was authenticated, so it is well formed. */
export function unpackDiverters(
  bytes: Buffer,
  markOf: (identity: string) => number,
): { named: Diverter[]; older: number[] } {
  const named: Diverter[] = [];
  const older: number[] = [];
  let at = 1;
  for (let whole = bytes[0] ?? 0; whole > 0; whole--) {
    const head = bytes[at] ?? 0;
    const end = at + 2 + (bytes[at + 1] ?? 0);
    const name = bytes.subarray(at + 2, end);
    const dialled =
      head & NUMBER ? `+${name.toString('hex').replace(/f$/, '')}` : name.toString('utf8');
    at = end;
    const ownMark = (head & OWN_MARK) !== 0;
    named.push({
      dialled,
      mark: ownMark ? bytes.readUIntBE(at, MARK_BYTES) : markOf(dialled),
      reason: REASONS[head & REASON_BITS] ?? 'unknown',
      hidden: (head & HIDDEN) !== 0,
    });
    if (ownMark) at += MARK_BYTES;
  }
  for (; at + MARK_BYTES <= bytes.length; at += MARK_BYTES) {
    older.push(bytes.readUIntBE(at, MARK_BYTES));
  }
  return { named, older };
}
