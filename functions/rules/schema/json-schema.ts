import type { Shape } from './schema.ts';

/** The JSON Schema (draft 2020-12) of a shape, as it is published for editors. */
export function jsonSchemaOf(
  shape: Shape<unknown>,
  about: { readonly id: string; readonly title: string; readonly definitions: object },
): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: about.id,
    title: about.title,
    ...shape.json,
    $defs: about.definitions,
  };
}
