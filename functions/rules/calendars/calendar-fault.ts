/** What makes a whole .ics file unusable, in words that go after its name. */
export class CalendarFault extends Error {}

/**
 * A bound on what one file may cost, whatever is in it: a calendar that exceeds it is none of
 * holidays and opening hours.
 */
export class Work {
  #left: number;

  /** @param steps days, hours or times that may be looked at */
  constructor(steps: number) {
    this.#left = steps;
  }

  /** @throws {CalendarFault} where nothing is left */
  spend(steps: number, what: () => string): void {
    this.#left -= steps;
    if (!(this.#left >= 0)) throw new CalendarFault(what());
  }
}
