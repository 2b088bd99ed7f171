import { expect, test } from 'vitest';
import { callLine } from '../../infra/local/call-line.ts';

const AT = new Date(2026, 0, 5, 10, 3, 19).getTime();
const line = (said: object) =>
  JSON.stringify({
    _aws: { Timestamp: AT },
    event: 'decision',
    domain: 'example.com',
    ...said,
  });

test.each([
  [
    {
      ...{ caller: 'alice@example.com', called: 'bob', outcome: 486, action: 'redirect' },
      ...{ targets: ['carol@example.com'], rule: 'busy-to-carol' },
    },
    '10:03:19 alice → bob 486 → carol by busy-to-carol',
  ],
  [{ caller: 'anonymous', called: 'bob', action: 'continue' }, '10:03:19 anonymous → bob rings'],
  [
    { caller: '+49*******67', called: 'bob', action: 'reject', status: 486, rule: 'phone-dnd' },
    '10:03:19 +49*******67 → bob ✗ 486 by phone-dnd',
  ],
  [
    { caller: 'anonymous', called: 'bbob', action: 'continue', trigger: 'always', rules: 'read' },
    '10:03:19 anonymous → bbob (no subscriber) rings',
  ],
  [
    {
      ...{ caller: 'anonymous', called: 'bob', action: 'continue', trigger: 'always' },
      ...{ rules: 'read', rulesVersion: 2 },
    },
    '10:03:19 anonymous → bob rings',
  ],
  [
    { caller: 'anonymous', called: '112', action: 'continue', rules: 'read' },
    '10:03:19 anonymous → 112 rings',
  ],
  [
    { caller: 'x@example.net', called: 'bob', outcome: 404, action: 'continue', degraded: true },
    '10:03:19 x@example.net → bob 404 (degraded)',
  ],
  [
    {
      ...{ caller: 'carol@example.com', called: 'bob', outcome: 486, action: 'continue' },
      dropped: [{ target: 'sip:carol@example.com;user=phone', why: 'caller' }],
    },
    '10:03:19 carol → bob 486, not to carol: is the caller',
  ],
])('%j', (said, text) => {
  expect(callLine(line(said))).toBe(text);
});

test.each(['', 'Ctrl-C ends it', '{"event":"refused"}', '{"event":"decision"'])(
  '%s is none',
  (text) => {
    expect(callLine(text)).toBeUndefined();
  },
);
