import type { Decision, Follow } from '../decide/decision.ts';
import type { Div } from '../decide/div-claims.ts';
import type { Peer } from '../decide/model.ts';
import { identityOfDiv } from './sign-div.ts';
import type { SigningKeys } from './signing-keys.ts';

/**
 * A redirect with the Identity of each target that is to have one: beside the 302's headers, and on
 * the branch of who follows it. Without the key it goes unsigned: a call is not lost for that.
 */
export async function signed(
  decision: Decision,
  { stir }: Peer,
  keys: SigningKeys | undefined,
): Promise<Decision> {
  if (decision.action !== 'redirect' || !decision.divs || stir === undefined) return decision;
  const key = await keys?.of(stir.key);
  if (key === undefined) return decision;
  const lines = new Map<string, string>();
  for (const { contact, claims } of decision.divs) {
    lines.set(contact, `Identity: ${identityOfDiv(claims, stir.x5u, key)}`);
  }
  return {
    ...decision,
    headers: [...(decision.headers ?? []), ...lines.values()],
    ...(decision.follow && { follow: followSigned(decision.follow, lines) }),
  };
}

/** Not where another identity is asserted than the one that was signed for (RFC 8946 §4.1). */
function followSigned({ legs }: Follow, lines: ReadonlyMap<Div['contact'], string>): Follow {
  return {
    legs: legs.map((leg) => ({
      ...leg,
      branches: leg.branches.map((branch) => {
        const line = 'self' in branch ? undefined : lines.get(branch.contact);
        if (line === undefined || 'assertedIdentity' in branch) return branch;
        return { ...branch, headers: [...branch.headers, line] };
      }),
    })),
  };
}
