import type { SubscriberRecord } from '../../../functions/store/subscribers.ts';

/** Somebody who can sign in on this machine, and what their token then says beside `sub`. */
export interface Person {
  readonly id: string;
  /** As the sign-in page shows them. */
  readonly name: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** An operator and a help desk of the domain, and the subscribers themselves. */
export function peopleOf(domain: string, records: readonly SubscriberRecord[]): Person[] {
  const own = { 'divert:domains': [domain] };
  return [
    { id: 'operator', name: `Operator of ${domain}`, claims: { 'divert:role': 'admin', ...own } },
    {
      id: 'helpdesk',
      name: `Help desk of ${domain}`,
      claims: { 'divert:role': 'helpdesk', ...own },
    },
    ...records.map(({ user }) => ({
      id: `${user}@${domain}`,
      name: user,
      claims: { 'divert:role': 'subscriber', 'divert:aor': `sip:${user}@${domain}` },
    })),
  ];
}
