import { expect, test } from 'vitest';
import type { Peer } from '../../functions/decide/model.ts';
import { callerIdWarnings } from '../../functions/provision/apply/caller-id.ts';
import { compilePeer } from '../../functions/rules/peers.ts';
import { loadSound } from '../rules/load.ts';

const peer = (settings: object): Peer =>
  compilePeer({ name: 'edge', domains: ['example.com'], ...settings }).peer as Peer;
const SHOWS = { callerId: 'diverting' };

const warnings = (settings: object, yaml = ''): string[] => {
  const { policy, subscribers } = loadSound(`domain: example.com
targets: { allow: ["@example.com", "+49"] }
${yaml}
subscribers:
  bob: { rules: [{ when: busy, forward: "+4930765432" }] }
  ann: { aliases: ["+49301234567"], rules: [{ when: busy, forward: "+4930765432" }] }
  carol: { aliases: ["+49301234568"], rules: [{ when: busy, forward: bob }] }
  dave: { rules: [{ when: always, forward: [self, carol] }, { when: busy, forward: "+49301234568" }] }
`);
  return callerIdWarnings(policy, subscribers, [peer(settings)]);
};

test('RFC 3325 §5: who has no number that could be asserted is told', () => {
  expect(warnings(SHOWS)).toEqual([
    "example.com: peer edge shows the diverting user's number (callerId: diverting), and there is none of bob: give them one in aliases, or the domain a mainNumber",
  ]);
});

test.each<[why: string, settings: object, yaml?: string]>([
  ['the peer shows the caller', {}],
  ['the domain has a number', SHOWS, 'mainNumber: "+49301234560"'],
  ['the peer serves another domain', { ...SHOWS, domains: ['example.net'] }],
])('nothing is told where %s', (_, settings, yaml) => {
  expect(warnings(settings, yaml)).toEqual([]);
});

test('an operator’s rule sends everybody outside', () => {
  expect(warnings(SHOWS, 'finally: [{ when: any, forward: "+4930765432" }]')[0]).toContain(
    'none of bob, dave:',
  );
});
