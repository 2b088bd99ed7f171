import { readFileSync, writeFileSync } from 'node:fs';
import { definitions, documentShape } from '../../functions/rules/schema/document.ts';
import { jsonSchemaOf } from '../../functions/rules/schema/json-schema.ts';
import { peersDefinitions, peersShape } from '../../functions/rules/schema/peers-document.ts';
import { argumentsFrom } from '../arguments.ts';
import { withReference } from './rules-reference.ts';

/** The published JSON Schemas by file name, generated from the definitions that the code uses. */
export const schemas: Readonly<Record<string, object>> = {
  'document.schema.json': jsonSchemaOf(documentShape, {
    id: 'urn:divert:rules-document',
    title: 'Divert: the forwarding rules of a SIP domain',
    definitions,
  }),
  'peers.schema.json': jsonSchemaOf(peersShape, {
    id: 'urn:divert:peers',
    title: 'Divert: the SBCs and edge proxies that may ask',
    definitions: peersDefinitions,
  }),
};

/** A schema as it stands in its file. */
export function printSchema(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (import.meta.main) {
  argumentsFrom(
    'npm run schema: writes the JSON Schemas of the documents, beside the rules, and the reference of keys into docs/rules.md',
  );
  for (const [name, schema] of Object.entries(schemas)) {
    writeFileSync(new URL(`../rules/${name}`, import.meta.url), printSchema(schema));
    console.log(`wrote infra/rules/${name}`);
  }
  const page = new URL('../../docs/rules.md', import.meta.url);
  writeFileSync(page, withReference(readFileSync(page, 'utf8')));
  console.log('wrote docs/rules.md');
}
