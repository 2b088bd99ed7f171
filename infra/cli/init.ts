import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { HOST } from '../../functions/rules/schema/document.ts';
import { Failure } from './failure.ts';
import { type OutputOptions, printing, withJson } from './output.ts';

interface Options extends OutputOptions {
  readonly country?: string;
  readonly timezone?: string;
  readonly into: string;
}

export const initCommand = (): Command =>
  withJson(new Command('init'))
    .description('write a first rules document and a peers file for a domain of yours')
    .argument('<domain>', 'your SIP domain')
    .option('--country <code>', 'ISO 3166 code, as which numbers are dialled')
    .option('--timezone <zone>', 'IANA time zone; default: that of this machine')
    .option('--into <folder>', 'where to', '.')
    .addHelpText('after', '\nExample:\n  divert init example.com --country DE --into infra')
    .action((text: string, options: Options) =>
      printing(options, (output) => {
        const domain = text.toLowerCase();
        if (!HOST.test(domain)) throw new Failure(`'${text}' is no domain`);
        const files = {
          [join(options.into, 'rules', `${domain}.yaml`)]: rulesFor(domain, options),
          [join(options.into, 'rules', `${domain}.cases.yaml`)]: CASES,
          [join(options.into, 'peers.yaml')]: peersFor(domain),
        };
        const there = Object.keys(files).filter((path) => existsSync(path));
        if (there.length > 0) throw new Failure(`${there.join(', ')}: is there already`);
        for (const [path, content] of Object.entries(files)) {
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, content);
          output.text(`${path}: written\n`);
        }
        const written = Object.keys(files);
        output.text(`Next: divert check ${written.join(' ')}\n`);
        output.facts({ domain, written });
      }),
    );

function rulesFor(domain: string, { country, timezone }: Options): string {
  const zone = timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return `domain: ${domain}
timezone: ${zone}
${country === undefined ? '# country: DE            # how numbers are dialled; which are emergency numbers' : `country: ${country.toUpperCase()}`}

targets:                 # where calls may be sent
  allow: ["@${domain}"]

schedules:
  office: { days: mon-fri, hours: "08:00-18:00" }

subscribers:
  reception: {}
  alice:                 # sip:alice@${domain}
    rules:
      - name: closed
        when: always
        schedule: not office
        forward: reception
      - name: busy-or-away
        when: [busy, no-answer, unreachable]
        forward: reception
`;
}

const CASES = `cases:
  - { name: at night calls go to reception, at: 2026-06-15T22:00, from: bob, to: alice,
      expect: { action: redirect, to: reception, rule: closed } }
  - { name: by day alice is rung, at: 2026-06-15T12:00, from: bob, to: alice,
      expect: { action: continue } }
  - { name: a busy alice, at: 2026-06-15T12:00, from: bob, to: alice, outcome: 486,
      expect: { action: redirect, to: reception, rule: busy-or-away } }
`;

const peersFor = (domain: string): string => `peers:
  - name: edge           # your SBC; its key: divert keys add edge
    domains: [${domain}]
    # hosts: [192.0.2.10]      # its own addresses, which stand for the domain
    # trunks: [198.51.100.0/24]  # whose callers are always external
`;
