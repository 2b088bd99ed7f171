import type { Fault } from '../rules/source/fault.ts';

/**
 * Why a change is not made. The admin API, the command line and feature codes each tell it in
 * their own way; here nobody knows of HTTP, exit codes or SIP.
 */

/** One thing that is wrong in what was given. */
export interface Mistake {
  /** JSON Pointer (RFC 6901) into what is changed. */
  readonly pointer: string;
  readonly detail: string;
}

/** Faults of a rules document as mistakes in a change. */
export const mistakesOf = (faults: readonly Fault[]): Mistake[] =>
  faults.map(({ pointer, message }) => ({ pointer, detail: message }));

/** What was given is understood, and wrong. */
export class Invalid extends Error {
  override readonly name = 'Invalid';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const [first] = mistakes;
    const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more, see errors)` : '';
    super(`${first?.pointer || 'the body'} ${first?.detail}${more}`);
    this.mistakes = mistakes;
  }
}

/** What was given is right in itself, but not beside what is there. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly mistakes: readonly Mistake[];

  constructor(detail: string, mistakes: readonly Mistake[] = []) {
    super(detail);
    this.mistakes = mistakes;
  }
}

/** There is nothing of that name. */
export class Absent extends Error {
  override readonly name = 'Absent';

  constructor(what: string) {
    super(`there is no ${what}`);
  }
}

/** A subscriber would always be forwarded in a circle, so that no call to them could end. */
export class ForwardingLoop extends Error {
  override readonly name = 'ForwardingLoop';
  /** In the order of forwarding. */
  readonly users: readonly string[];

  constructor(users: readonly string[]) {
    super(
      `always forwards in a circle, so that no call could end: ${[...users, users[0]].join(' → ')}`,
    );
    this.users = users;
  }
}
