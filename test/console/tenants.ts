import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { apply } from '../../functions/provision/apply/apply.ts';
import { desiredOf } from '../../functions/provision/apply/desired.ts';
import { makePlan } from '../../functions/provision/apply/plan.ts';
import { compilePeer } from '../../functions/rules/peers.ts';
import { changePeer } from '../../functions/store/peers.ts';
import { loadDocuments } from '../../infra/local/documents.ts';
import type { Person } from '../../infra/local/sign-in/people.ts';
import { useWorld, type Visits } from './visits.ts';

/* Two domains of two operators, and somebody with the same name in both. */

const COM = `
domain: example.com
timezone: Europe/Berlin
country: DE
targets: { allow: ["@example.com", "+49"] }
switches: { storm: {} }
schedules: { office: { days: mon-fri, hours: "08:00-18:00" } }
templates:
  staff: { rules: [{ name: quay, when: unreachable, forward: carol }] }
first:
  - { name: storm-to-carol, when: always, switch: storm, forward: carol }
subscribers:
  bob:
    aliases: ["+49301234567"]
    use: staff
    rules: [{ name: pier, when: busy, schedule: office, forward: "+4930765432" }]
  carol: {}
`;
const NET = `
domain: example.net
country: BE
targets: { allow: ["@example.net", "+32"] }
subscribers:
  bob:
    aliases: ["+3225550123"]
    rules: [{ name: harbour, when: busy, forward: erin }]
  erin: {}
`;
const PEER = { name: 'other-edge', domains: ['example.net'] };
/** What nobody of the other domain may ever get to see. */
export const OF_COM = /49301234567|4930765432|carol|pier|quay|storm/;
export const OF_NET = /3225550123|erin|harbour/;

const person = (name: string, claims: Person['claims']): Person => ({ id: name, name, claims });
const serves = (name: string, role: string, ...domains: string[]) =>
  person(name, { 'divert:role': role, 'divert:domains': domains });
const isAt = (name: string, aor: string) =>
  person(name, { 'divert:role': 'subscriber', 'divert:aor': aor });

const PEOPLE = [
  serves('operator', 'admin', 'example.com'),
  serves('help desk', 'helpdesk', 'example.com'),
  isAt('bob', 'sip:bob@example.com'),
  serves('other operator', 'admin', 'example.net'),
  serves('other help desk', 'helpdesk', 'example.net'),
  isAt('namesake', 'sip:bob@example.net'),
  serves('operator of both', 'admin', 'example.com', 'example.net'),
];

/** A start with both domains, and with people of both. */
export function useTenants(): Visits {
  const folder = mkdtempSync(join(tmpdir(), 'divert-tenants-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const visits = useWorld([written('com.yaml', COM)], { people: PEOPLE });
  beforeAll(async () => {
    const { table } = visits.world.local;
    const author = { who: 'test', from: 'here' };
    for (const rules of loadDocuments([written('net.yaml', NET)])) {
      await apply(table, await makePlan(table, desiredOf(rules)), { author });
    }
    const { peer: compiled } = compilePeer(PEER);
    if (!compiled) throw new Error(`${PEER.name} is no peer`);
    const next = { source: PEER, compiled };
    await changePeer(table, { name: PEER.name, next }, author);
  });
  return visits;
}
