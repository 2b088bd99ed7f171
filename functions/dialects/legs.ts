import type { Answer, Branch } from '../decide/decision.ts';
import { type Target, targetOf, valuesIn } from './contacts.ts';

/** One of those who ring at once, for systems that call the targets themselves. */
export interface Called {
  /** Undefined: the called user's own phones. */
  readonly target: Target | undefined;
  /** The number that the target is shown, `+` and digits; undefined: the caller. */
  readonly asserted: string | undefined;
  /** Whether it is shown in From too. */
  readonly inFrom: boolean;
}

/** Those who ring at once, and what all of them are told. */
export interface CalledLeg {
  readonly ringSeconds: number | undefined;
  readonly called: readonly Called[];
  /** Values of Diversion, newest first. */
  readonly diversions: readonly string[];
  /** Values of History-Info of all, and of one who is called alone also the last. */
  readonly history: readonly string[];
  /** Signed diversions (RFC 8946): of one who is called alone, as each is for one number. */
  readonly identities: readonly string[];
}

/**
 * Whom the system is to call itself, in order; undefined where it sends a 302. Header lines are one
 * list for a leg: these systems take them so.
 */
export function calledLegs({ follow }: Answer): readonly CalledLeg[] | undefined {
  return follow?.legs.map(({ ringSeconds, branches }) => {
    const common = branches
      .map(({ headers }) => headers)
      .filter((headers) => headers.length > 0)
      .reduce((all, headers) => all.filter((line) => headers.includes(line)), linesOf(branches));
    return {
      ringSeconds,
      called: branches.map(calledOf),
      diversions: valuesIn(common, 'Diversion'),
      history: valuesIn(common, 'History-Info'),
      identities: valuesIn(common, 'Identity'),
    };
  });
}

function linesOf(branches: readonly Branch[]): readonly string[] {
  return branches.find(({ headers }) => headers.length > 0)?.headers ?? [];
}

function calledOf(branch: Branch): Called {
  if ('self' in branch) return { target: undefined, asserted: undefined, inFrom: false };
  return {
    target: targetOf(branch.contact),
    asserted: /<sips?:(\+\d+)@/.exec(branch.assertedIdentity ?? '')?.[1],
    inFrom: branch.from !== undefined,
  };
}
