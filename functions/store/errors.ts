/** Somebody else changed it since it was read. Read it again, and decide anew. */
export class VersionConflict extends Error {
  readonly subject: string;
  /** The version that is there now, 0 for none; absent where it never stood still. */
  readonly found: number | undefined;
  constructor(subject: string, expected: number | undefined, found?: number) {
    super(
      expected === undefined || found === undefined
        ? `${subject} keeps being changed by others: try again`
        : `${subject} is ${versionText(found)}, not ${versionText(expected)}: somebody changed it meanwhile`,
    );
    this.name = 'VersionConflict';
    this.subject = subject;
    this.found = found;
  }
}

const versionText = (version: number): string =>
  version === 0 ? 'absent' : `at version ${version}`;

/** Somebody by whom a change was judged has changed: judge it again. */
export class StaleJudgement extends Error {
  constructor(subject: string) {
    super(`${subject} has changed meanwhile: try again`);
    this.name = 'StaleJudgement';
  }
}

/** A name of a subscriber is another's already. */
export class AliasTaken extends Error {
  readonly alias: string;
  readonly owner: string;
  constructor(alias: string, user: string, owner: string) {
    super(`alias ${alias} of ${user} belongs to ${owner}: take it from ${owner} first`);
    this.name = 'AliasTaken';
    this.alias = alias;
    this.owner = owner;
  }
}

/** A key is another peer's already. */
export class PeerKeyTaken extends Error {
  constructor(peer: string, owner: string) {
    super(`a key of peer ${peer} is a key of peer ${owner} already: generate another`);
    this.name = 'PeerKeyTaken';
  }
}

/** A policy names a calendar by its address, and nobody has fetched it yet. */
export class NoCopy extends Error {
  constructor(calendar: string, url: string) {
    super(`the calendar ${calendar} has not been fetched from ${url}: apply a document`);
    this.name = 'NoCopy';
  }
}

/** More than the store takes: the limits of docs/semantics.md#size-limits, or DynamoDB's. */
export class TooLarge extends Error {
  constructor(subject: string, what: string, limit: string) {
    super(`${subject} has ${what}: at most ${limit}`);
    this.name = 'TooLarge';
  }
}
