import { expect, test } from 'vitest';
import { changeLine } from '../../infra/local/change-line.ts';

const at = new Date(2026, 0, 5, 10, 3, 19).toISOString();

test.each([
  ['Phone Settings Changed', { user: 'bob' }, 'bob@example.com: phone settings changed by ada'],
  ['Subscriber Changed', { user: 'bob' }, 'bob@example.com: changed by ada'],
  ['Subscriber Changed', { user: 'bob', action: 'delete' }, 'bob@example.com: removed by ada'],
  ['Policy Changed', {}, 'example.com: policy changed by ada'],
  ['Switches Changed', {}, 'example.com: switches changed by ada'],
  ['Peer Changed', { domain: undefined, peer: 'edge' }, 'peer edge: changed by ada'],
  [
    'History Forgotten',
    { action: 'delete' },
    'example.com: the history of a subscriber removed by ada',
  ],
  ['Token Keys Changed', { domain: undefined }, 'keys of the loop token: changed by ada'],
])('%s %j', (DetailType, more, text) => {
  const detail = { domain: 'example.com', version: 2, at, who: 'ada', action: 'put', ...more };
  const event = { Source: 'divert.local', DetailType, Detail: JSON.stringify(detail) };
  expect(changeLine(event)).toBe(`10:03:19 ${text}`);
});
