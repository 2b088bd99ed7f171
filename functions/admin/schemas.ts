import { TITLES } from '../http/problem.ts';
import { phoneDefinitions, phoneShape } from '../rules/phone-settings.ts';
import { definitions, documentShape } from '../rules/schema/document.ts';
import { peersDefinitions } from '../rules/schema/peers-document.ts';
import { ROLES } from './claims.ts';
import { MAX_PAGE } from './context.ts';
import type { SchemaName } from './operations.ts';

/**
 * JSON Schemas of all that the API takes and gives. What the rules document defines comes from its
 * own definition.
 */

type Json = { readonly [key: string]: unknown };

const text = (description: string): Json => ({ type: 'string', description });
const list = (items: Json): Json => ({ type: 'array', items });
const object = (properties: Json, optional: readonly string[] = []): Json => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const version = {
  type: 'integer',
  minimum: 1,
  description: 'Grows by one with every change; its ETag is "version".',
};
const page = (item: Json): Json =>
  object(
    { items: { ...list(item), maxItems: MAX_PAGE }, next: text('The cursor of the next page.') },
    ['next'],
  );

const { properties, ...documentRest } = documentShape.json as { readonly properties: Json };
const { subscribers: _, ...policyProperties } = properties;
const key = { id: text('Names the key; tells nothing of it.'), created: text('RFC 3339.') };

const on = { type: 'boolean' };

const SCHEMAS: Readonly<Record<SchemaName, Json>> = {
  Policy: {
    ...documentRest,
    description: 'A domain’s rules document without its subscribers.',
    properties: policyProperties,
    required: [],
  },
  Subscriber: ref('subscriber'),
  SubscriberPage: page(object({ user: text('His name.'), version, subscriber: ref('Subscriber') })),
  SubscriberSnapshot: object({ subscriber: ref('Subscriber'), phone: ref('PhoneSettings') }),
  PhoneSettings: phoneShape.json as Json,
  Peer: { ...((peersDefinitions as Json).peer as Json), required: ['domains'] },
  PeerPage: page(object({ name: text('Its name.'), version, peer: ref('Peer') })),
  PeerKey: object({ ...key, key: text('The key. It is not shown again.') }),
  PeerKeys: object({ items: list(object(key)) }),
  History: page(
    object(
      {
        version,
        at: text('RFC 3339.'),
        who: text('The subject of a token, an IAM ARN, or whoever applied a document.'),
        from: text('From where: api, feature or a host; `api forced` where it was.'),
        action: { enum: ['put', 'delete'] },
        before: {
          ...object({ version }),
          description: 'What was there before, as far as a document or the phone says it.',
        },
      },
      ['before'],
    ),
  ),
  Revert: object({ version }),
  Me: object(
    {
      who: text('The subject of your token, or your ARN.'),
      role: { enum: ROLES },
      domains: { ...list(text('A domain.')), description: 'Yours; "*" is all.' },
      aor: text('A subscriber’s address.'),
    },
    ['domains', 'aor'],
  ),
  DomainPage: page(
    object(
      {
        ...{ domain: text('Its name.'), version, at: text('Of its last change, RFC 3339.') },
        ...{ timezone: text('IANA.'), country: text('ISO 3166.') },
      },
      ['country'],
    ),
  ),
  Switch: object({ on }),
  Switches: object({ items: list(object({ name: text('Its name.'), on })) }),
};

const PROBLEM = object(
  {
    type: { const: 'about:blank' },
    title: { enum: Object.values(TITLES) },
    status: { enum: Object.keys(TITLES).map(Number) },
    detail: text('What is wrong, and what to do.'),
    errors: list(
      object({
        pointer: text('JSON Pointer (RFC 6901) of what is wrong.'),
        detail: text('What is wrong there.'),
      }),
    ),
  },
  ['errors'],
);

/** All schemas, by the names under which the OpenAPI document has them. */
export const schemas: Readonly<Record<string, unknown>> = JSON.parse(
  JSON.stringify({ ...SCHEMAS, Problem: PROBLEM, ...phoneDefinitions, ...definitions }).replaceAll(
    '"#/$defs/',
    '"#/components/schemas/',
  ),
);
