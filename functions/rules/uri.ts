import { SipSyntaxError } from '../sip/error.ts';
import { parseUri, type Uri } from '../sip/uri.ts';

/** Whether a text is meant as a URI and not as a name or number. */
export function isUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text);
}

/** The URI, or why it is none. */
export function readUri(text: string): Uri | string {
  try {
    return parseUri(text);
  } catch (error) {
    if (error instanceof SipSyntaxError) return error.message;
    throw error;
  }
}
