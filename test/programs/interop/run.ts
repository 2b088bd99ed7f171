/** `npm run interop`: real phones, in every situation, over every transport that each can; writes docs/interop.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsFrom } from '../../../infra/arguments.ts';
import { buildIfStale } from '../../../infra/build/bundle.ts';
import { ROWS, type Row, SITUATIONS, type Situation, World } from '../../edge/interop.ts';
import { type Cell, interopDocument } from '../../edge/interop-document.ts';
import type { Phone } from '../../edge/phones/phone.ts';
import { needSip } from '../../set-up/packages.ts';

argumentsFrom(
  'npm run interop: calls with real phones through the sample edge; writes docs/interop.md',
);
const ROOT = join(import.meta.dirname, '../../..');
const JSSIP = join(ROOT, 'node_modules/jssip/package.json');

/** A call that fails is made once more: a machine that is busy lets a decision come too late. */
async function played(row: Row, situation: Situation, a: Phone, c: Phone): Promise<Cell> {
  let seen = '';
  for (let tries = 0; tries < 2; tries++) {
    try {
      seen = (await world.play(situation, a, c)).replace(/[|\s]+/g, ' ');
      return { row, situation, seen, failed: false };
    } catch (error) {
      console.error((error as Error).message);
      seen = (error as Error).message.replace(/[|\s]+/g, ' ').slice(0, 80);
    }
  }
  return { row, situation, seen, failed: true };
}

await needSip();
await buildIfStale();
const cells: Cell[] = [];
const world = await World.start();
try {
  for (const row of ROWS) {
    const phones: Phone[] = [];
    try {
      const c = await world.phone(row.c, 'carol', row, true);
      phones.push(c);
      const a = await world.phone(row.a, 'alice', row, false);
      phones.push(a);
      for (const situation of SITUATIONS) {
        const cell = await played(row, situation, a, c);
        cells.push(cell);
        console.log(`${row.a} ${row.transport}${row.ipv6 ? '6' : ''} ${situation}: ${cell.seen}`);
      }
    } catch (error) {
      // A phone that does not register.
      console.error(row, (error as Error).message);
      for (const situation of SITUATIONS) {
        cells.push({ row, situation, seen: 'a phone did not register', failed: true });
      }
    } finally {
      for (const phone of phones) await phone.stop();
    }
  }
  for (const line of world.complaints) console.error(line);
} finally {
  await world.stop();
}
const { version } = JSON.parse(readFileSync(JSSIP, 'utf8')) as { version: string };
writeFileSync(join(ROOT, 'docs/interop.md'), interopDocument(cells, version));
if (cells.some(({ failed }) => failed)) process.exitCode = 1;
