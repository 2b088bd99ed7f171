/**
 * The only thing that the SIP grammar throws: what is wrong, and at which offset.
 *
 * The message never repeats the text (it may hold numbers that must not reach a log), only the
 * one character that was not expected.
 */
export class SipSyntaxError extends Error {
  override readonly name = 'SipSyntaxError';
  /** UTF-16 offset into the text that was parsed. */
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`${problem} at offset ${offset}`);
    this.offset = offset;
  }
}

/** Fails on the character at `offset`, or on the end of the text where there is none. */
export function unexpected(text: string, offset: number, where: string): never {
  const found =
    offset < text.length ? `unexpected ${JSON.stringify(text[offset])}` : 'unexpected end';
  throw new SipSyntaxError(`${found} in ${where}`, offset);
}
