import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { FILE } from '../../infra/build/openapi.ts';

interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, unknown>>;
}
export interface Described {
  readonly path: string;
  readonly method: string;
  readonly operationId: string;
  readonly parameters: readonly { readonly $ref: string }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: object }>>;
  };
  readonly responses: Readonly<Record<string, Response>>;
}

/** The document that is checked in. */
export const document = JSON.parse(readFileSync(FILE, 'utf8'));

export const described: readonly Described[] = Object.entries(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods as Record<string, Omit<Described, 'path' | 'method'>>).map(
      ([method, operation]) => ({ path, method: method.toUpperCase(), ...operation }),
    ),
);

const ajv = new Ajv.default({ strict: false, allErrors: true });
ajv.addSchema(document, 'openapi.json');
const pointer = (...keys: string[]): string =>
  `openapi.json#/${keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

/** What of an answer is not as the OpenAPI document says; undefined where all is. */
export function violation(
  operation: string,
  status: number,
  type: string | undefined,
  body: unknown,
): string | undefined {
  const entry = described.find(({ operationId }) => operationId === operation);
  if (!entry) return `${operation} is not described`;
  const response = entry.responses[status];
  if (!response) return `${operation} does not describe ${status}: ${JSON.stringify(body)}`;
  const keys = response.$ref
    ? ['components', 'responses', String(status)]
    : ['paths', entry.path, entry.method.toLowerCase(), 'responses', String(status)];
  const content = response.$ref
    ? document.components.responses[status].content
    : (response.content ?? {});
  const [media] = Object.keys(content);
  if (media !== type) return `${operation} ${status} is ${type}, not ${media}`;
  if (media === undefined) return body === undefined ? undefined : `${status} has a body`;
  const validate = ajv.getSchema(pointer(...keys, 'content', media, 'schema'));
  if (!validate) return `no schema for ${operation} ${status}`;
  return validate(body)
    ? undefined
    : `${operation} ${status}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`;
}
