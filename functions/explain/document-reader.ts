import type { Policy, Subscriber } from '../decide/model.ts';
import type { RuleReader } from '../store/reader.ts';

/** What documents say, compiled: one domain's. */
export interface CompiledDomain {
  readonly policy: Policy;
  readonly subscribers: readonly Subscriber[];
}

/** Names and aliases of a domain in documents. */
export const namesIn = (domains: readonly CompiledDomain[], domain: string): string[] =>
  domains
    .filter(({ policy }) => policy.domain === domain)
    .flatMap(({ subscribers }) => subscribers.flatMap((one) => [one.user, ...one.aliases]));

/** Gives the rules of documents as the table would, so that calls can be decided without one. */
export function documentReader(domains: readonly CompiledDomain[]): RuleReader {
  const policies = new Map(domains.map(({ policy }) => [policy.domain, policy]));
  const subscribers = new Map(
    domains.flatMap(({ policy, subscribers }) =>
      subscribers.flatMap((one) =>
        [one.user, ...one.aliases].map((key) => [`${key}@${policy.domain}`, one] as const),
      ),
    ),
  );
  return {
    peer: async () => undefined,
    policy: async (domain) => policies.get(domain),
    subscriber: async (domain, key) => subscribers.get(`${key}@${domain}`),
    switches: async () => undefined,
    tokenKeys: async () => undefined,
  };
}
