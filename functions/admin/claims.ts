/** Roles, the mightier ones first. */
export const ROLES = ['admin', 'helpdesk', 'subscriber'] as const;
export type Role = (typeof ROLES)[number];

/** In which claims of a token the provider says what its bearer may do. */
export interface ClaimNames {
  readonly role: string;
  readonly domains: string;
  readonly aor: string;
  /** What the role's claim says → the role; absent: it says the role itself. */
  readonly roleMap?: ReadonlyMap<string, Role>;
}

export const OWN_CLAIMS: ClaimNames = {
  role: 'divert:role',
  domains: 'divert:domains',
  aor: 'divert:aor',
};

/**
 * `DIVERT_ROLE_CLAIM`, `DIVERT_DOMAINS_CLAIM`, `DIVERT_AOR_CLAIM`, for providers that cannot issue
 * claims of ours; and `DIVERT_ROLE_MAP`, as `Voice Admins=admin, Service Desk=helpdesk`, where they
 * cannot issue our values: then no others count.
 *
 * @throws at start where the map cannot be read
 */
export function claimNamesFrom(env: NodeJS.ProcessEnv): ClaimNames {
  const { DIVERT_ROLE_CLAIM, DIVERT_DOMAINS_CLAIM, DIVERT_AOR_CLAIM, DIVERT_ROLE_MAP } = env;
  const roleMap = roleMapIn(DIVERT_ROLE_MAP ?? '');
  return {
    role: DIVERT_ROLE_CLAIM || OWN_CLAIMS.role,
    domains: DIVERT_DOMAINS_CLAIM || OWN_CLAIMS.domains,
    aor: DIVERT_AOR_CLAIM || OWN_CLAIMS.aor,
    ...(roleMap.size > 0 && { roleMap }),
  };
}

function roleMapIn(text: string): Map<string, Role> {
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  return new Map(
    entries.map((entry): [string, Role] => {
      const [, value = '', name] = /^(.+)=\s*(\w+)\s*$/.exec(entry) ?? [];
      const role = ROLES.find((one) => one === name);
      if (role === undefined) {
        throw new Error(
          `DIVERT_ROLE_MAP has "${entry.trim()}": write value=role, the role one of ${ROLES.join(', ')}`,
        );
      }
      return [value.trim(), role];
    }),
  );
}

/** The mightiest of the roles that a claim gives. */
export function roleIn(claim: unknown, { roleMap }: ClaimNames): Role | undefined {
  // A value with spaces in it cannot be told from two once API Gateway has printed the list.
  const whole = typeof claim === 'string' ? [claim.replace(/^\[(.*)\]$/, '$1')] : [];
  const values = [...whole, ...listOf(claim)];
  const given = values.map((value) =>
    roleMap ? roleMap.get(value) : ROLES.find((role) => role === value),
  );
  return ROLES.find((role) => given.includes(role));
}

/** API Gateway prints the array of a claim as `[a b]`. */
export function listOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.filter((entry) => typeof entry === 'string');
  if (typeof claim !== 'string') return [];
  return claim
    .replace(/^\[(.*)\]$/, '$1')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
}
