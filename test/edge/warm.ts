/**
 * Asks until the answer is no degraded one: the first question of an instance reads peer and policy, which on a
 * busy machine takes longer than a call may wait. Throws after a minute.
 */
export async function warm(url: string, key: string): Promise<void> {
  const from = '<sip:alice@example.com>;tag=warm';
  const uri = 'sip:nobody@example.com';
  const body = JSON.stringify({ callId: 'warm', requestUri: uri, from, to: `<${uri}>` });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  for (let attempt = 0; attempt < 120; attempt++) {
    const response = await fetch(`${url}/v1/route`, { method: 'POST', headers, body });
    const answer = (await response.json()) as { degraded?: boolean };
    if (response.ok && !answer.degraded) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('Divert does not decide');
}
