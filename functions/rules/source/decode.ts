/** A file is in another encoding; the message says where, and what to do. */
export class NotUtf8 extends Error {
  /** The first line that is not; absent where the whole file is in another encoding. */
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}

/**
 * The text of a file, without a byte order mark. A character that was taken for another would be
 * stored as a name that nobody dials, so that what is not UTF-8 is refused.
 *
 * @throws {NotUtf8}
 */
export function decodeText(bytes: Uint8Array): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new NotUtf8('is UTF-16: save it as UTF-8');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const before = new TextDecoder().decode(bytes).split('\uFFFD', 1)[0] ?? '';
    const line = before.split('\n').length;
    throw new NotUtf8(`line ${line} is not UTF-8 (it may be Latin-1): save it as UTF-8`, line);
  }
}
