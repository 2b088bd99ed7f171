/** What an edge asks about a call to a subscriber of example.com, for tests. */
export const situation = (user: string, more: object = {}): object => ({
  callId: 'c1',
  requestUri: `sip:${user}@example.com`,
  from: '<sip:+4915199999999@carrier.example>;tag=1',
  to: `<sip:${user}@example.com>`,
  ...more,
});
