import type { PutEntry } from './event-bus.ts';

/** What is read of an event's detail: docs/events.md. */
interface Detail {
  readonly domain?: string;
  readonly user?: string;
  readonly peer?: string;
  readonly who: string;
  readonly at: string;
  readonly action: 'put' | 'delete';
}

/** `detail-type` → what was changed of it. */
const WHAT: Readonly<Record<string, string>> = {
  'Phone Settings Changed': 'phone settings ',
  'Switches Changed': 'switches ',
  'Policy Changed': 'policy ',
  'History Forgotten': 'the history of a subscriber ',
};

/** An event as a person reads it: `10:03:19 bob@example.com: phone settings changed by carol`. */
export function changeLine({ DetailType, Detail }: PutEntry): string {
  const { domain, user, peer, who, at, action }: Detail = JSON.parse(Detail);
  const time = new Date(at).toTimeString().slice(0, 8);
  const whose =
    user !== undefined
      ? `${user}@${domain}`
      : (domain ?? (peer === undefined ? 'keys of the loop token' : `peer ${peer}`));
  const done = action === 'delete' ? 'removed' : 'changed';
  return `${time} ${whose}: ${WHAT[DetailType] ?? ''}${done} by ${who}`;
}
