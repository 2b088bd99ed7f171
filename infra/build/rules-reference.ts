import { definitions, documentShape } from '../../functions/rules/schema/document.ts';

/** A JSON Schema, as far as the reference looks at it. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
}

const START = '<!-- keys: written by npm run schema -->';
const END = '<!-- end of keys -->';

/** A page with every key of the rules document between its marks. */
export function withReference(page: string): string {
  const [before, rest = ''] = page.split(START, 2);
  const after = rest.split(END, 2)[1];
  if (after === undefined) throw new Error(`the page has no '${START}' and '${END}'`);
  return `${before}${START}\n\n${reference()}\n${END}${after}`;
}

function reference(): string {
  const named = definitions as Readonly<Record<string, Schema>>;
  return [
    ...section('The document', documentShape.json as Schema),
    ...section('A subscriber', named.subscriber as Schema),
    ...section('A rule', named.rule as Schema),
    ...section('A target', named.target as Schema),
  ].join('\n');
}

function section(title: string, schema: Schema): string[] {
  return [`### ${title}`, '', '| key | | |', '| --- | --- | --- |', ...rows('', schema), ''];
}

/** A line for each key, those inside it below it. */
function rows(prefix: string, schema: Schema): string[] {
  const inner = keysOf(schema);
  return Object.entries(inner).flatMap(([name, value]) => {
    const key = prefix + name;
    const below = value.$ref === undefined ? value : {};
    return [
      `| \`${key}\` | ${kindOf(value)} | ${textOf(value)} |`,
      ...rows(`${key}.`, below),
      ...(below.additionalProperties ? rows(`${key}.*.`, below.additionalProperties) : []),
    ];
  });
}

/** The keys of a mapping, or of the mapping that is one of its forms. */
function keysOf(schema: Schema): Readonly<Record<string, Schema>> {
  if (schema.properties) return schema.properties;
  const forms = [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  const mapping = forms.find((form) => Object.keys(keysOf(form)).length > 0);
  return mapping ? keysOf(mapping) : {};
}

function kindOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.replace('#/$defs/', 'a ');
  if (schema.enum) return schema.enum.map((one) => `\`${one}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.anyOf) return [...new Set(schema.anyOf.map(kindOf))].join(', or ');
  if (schema.type === 'array') {
    return schema.items ? `list of ${kindOf(schema.items).replace(/^a /, '')}` : 'list';
  }
  if (schema.minimum !== undefined) return `${schema.minimum} to ${schema.maximum}`;
  const words: Readonly<Record<string, string>> = {
    ...{ string: 'text', boolean: '`true`, `false`' },
    object: schema.additionalProperties ? 'mapping of names' : 'mapping',
  };
  return words[schema.type ?? ''] ?? '';
}

function textOf({ description = '', default: usual, examples = [] }: Schema): string {
  const said = usual !== undefined && !/Default/.test(description) ? ` Default: \`${usual}\`.` : '';
  const shown = examples.map((one) => `\`${JSON.stringify(one)}\``).join(', ');
  const all = `${description}${said}${shown && ` E.g. ${shown}`}`;
  return all.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
}
