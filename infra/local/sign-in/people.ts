import type { SubscriberRecord } from '../../../functions/store/subscribers.ts';

/** Somebody who can sign in on this machine, and what their token then says beside `sub`. */
export interface Person {
  readonly id: string;
  /** As the sign-in page shows them. */
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A domain's subscribers, as far as they can be chosen. */
export interface Populated {
  readonly domain: string;
  readonly records: readonly SubscriberRecord[];
}

/** An operator and a help desk of the domains, and the subscribers themselves. */
export function peopleOf(domains: readonly Populated[]): Person[] {
  const names = domains.map(({ domain }) => domain);
  const own = { 'divert:domains': names };
  const all = names.join(', ');
  return [
    { id: 'operator', name: `Operator of ${all}`, claims: { 'divert:role': 'admin', ...own } },
    { id: 'helpdesk', name: `Help desk of ${all}`, claims: { 'divert:role': 'helpdesk', ...own } },
    ...domains.flatMap(({ domain, records }) =>
      records.map(({ user }) => ({
        id: `${user}@${domain}`,
        name: names.length === 1 ? user : `${user}@${domain}`,
        claims: { 'divert:role': 'subscriber', 'divert:aor': `sip:${user}@${domain}` },
      })),
    ),
  ];
}
