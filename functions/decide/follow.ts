import type { CallContext } from './call-context.ts';
import type { Branch, Follow, Leg } from './decision.ts';
import type { Peer } from './model.ts';
import { comesFrom } from './trunk.ts';

/** A branch, and what its leg follows from. */
export interface FollowBranch {
  /** As printed; undefined: no q, so that it rings alone. */
  readonly q: string | undefined;
  /** Seconds. */
  readonly ring: number | undefined;
  readonly branch: Branch;
}

/**
 * What an edge does itself instead of sending the 302 (RFC 3261 §16.5, §16.7 step 4); undefined
 * where the caller's side follows it, and nothing is lost by that.
 *
 * @param branches best first
 */
export function followOf(
  branches: readonly FollowBranch[],
  { call, peer }: Pick<CallContext, 'call' | 'peer'>,
): Follow | undefined {
  if (!call.canFollow) return undefined;
  const legs = legsOf(branches);
  const atOnce = legs.some((leg) => leg.branches.length > 1);
  const own = branches.some(({ branch }) => 'self' in branch);
  return atOnce || own || !followsItself(call, peer) ? { legs } : undefined;
}

/** Whether the caller's side acts on a 302, as far as the peer knows. */
function followsItself(
  { sourceAddress, transport, userAgent }: CallContext['call'],
  { trunks, follow }: Peer,
): boolean {
  if (follow === undefined) return true;
  if (follow.trunks && comesFrom(sourceAddress, trunks)) return false;
  if (transport !== undefined && follow.transports?.includes(transport)) return false;
  return !follow.userAgents?.some((name) => userAgent.includes(name));
}

/** Branches of equal q ring at once (RFC 3261 §16.6), as long as the one that may ring longest. */
function legsOf(branches: readonly FollowBranch[]): Leg[] {
  const legs: { q: number | undefined; ring: number | undefined; branches: Branch[] }[] = [];
  for (const { q, ring, branch } of branches) {
    const value = q === undefined ? undefined : Number(q);
    const last = legs.at(-1);
    if (last !== undefined && value !== undefined && last.q === value) {
      last.branches.push(branch);
      if (ring !== undefined) last.ring = Math.max(ring, last.ring ?? 0);
    } else legs.push({ q: value, ring, branches: [branch] });
  }
  return legs.map(({ ring, branches }) => ({
    ...(ring !== undefined && { ringSeconds: ring }),
    branches,
  }));
}
