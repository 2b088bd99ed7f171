/** An answer of the webhook, as Divert gives it to a call that is diverted. */
export const REDIRECT = JSON.stringify({
  action: 'redirect',
  status: 302,
  reason: 'Moved Temporarily',
  contacts: ['<sip:carol@example.com;cause=302>;q=1.0;mp=1'],
  headers: ['Diversion: <sip:away@example.com>;reason=unconditional;counter=1'],
  decisionId: '0',
});
