import { LAYERS } from '../decide/decision.ts';
import { DROP_REASONS } from '../decide/drop-reason.ts';
import { TRIGGERS } from '../decide/model.ts';
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

const rulesVersion = object(
  {
    version: { type: 'integer' },
    since: text("When it was made, on the called user's wall clock: RFC 3339."),
    who: text('Who made it.'),
    from: text('From where: cli, an address.'),
  },
  ['since', 'who', 'from'],
);

const SCHEMAS: Readonly<Record<SchemaName, Json>> = {
  Policy: {
    ...documentRest,
    description: 'A domain’s rules document without its subscribers.',
    properties: policyProperties,
    required: [],
  },
  Subscriber: ref('subscriber'),
  SubscriberPage: page(
    object(
      {
        ...{ user: text('Their name.'), version, subscriber: ref('Subscriber') },
        forwarded: {
          ...object(
            {
              targets: list(text('Where calls go without anybody’s ringing, best first.')),
              rule: text('That sends them there.'),
              phone: list(text('A setting by phone that is on: always, busy, …, dnd.')),
            },
            ['rule'],
          ),
          description: 'With forwarded=true: how they are forwarded now.',
        },
      },
      ['forwarded'],
    ),
  ),
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
  ExplainRequest: {
    ...object(
      {
        ...{ callId: text('SIP Call-ID.'), requestUri: text('As the caller sent it.') },
        ...{ from: text('Header value.'), to: text('Header value.') },
        sourceAddress: text('Where the INVITE came from.'),
        headers: { type: 'object', description: 'Other headers: value or list of values.' },
        outcome: { type: 'object', description: 'How the called phone’s leg ended.' },
        peer: text('The name of the peer that asks; default: the one that serves the domain.'),
        at: text('RFC 3339: when. Default: now.'),
        follow: { type: 'boolean', description: 'Go on as the caller would.' },
        found: ref('Found'),
      },
      ['sourceAddress', 'headers', 'outcome', 'peer', 'at', 'follow', 'found'],
    ),
    description: 'A call as an edge asks about it.',
  },
  Explanation: object(
    {
      decision: { type: 'object', description: 'What an edge would be answered.' },
      considered: list(
        object({
          rule: text('Its name.'),
          layer: { enum: LAYERS },
          held: { type: 'boolean' },
          conditions: list(
            object(
              {
                condition: text('Its key.'),
                value: {},
                held: { type: 'boolean' },
                because: list(text('A calendar entry that holds now.')),
                missed: {
                  ...list(
                    list(
                      object({
                        part: { enum: ['days', 'hours', 'on', 'except'] },
                        value: text('As the document has it: mon-fri, 08:00-18:00, holidays.'),
                      }),
                    ),
                  ),
                  description:
                    'Of a schedule that does not hold: for each of its windows, what keeps it from holding.',
                },
              },
              ['because', 'missed'],
            ),
          ),
        }),
      ),
      dropped: list(object({ target: text('A place.'), why: { enum: DROP_REASONS } })),
      called: object(
        {
          dialled: text('The name or number that was dialled.'),
          user: text('The subscriber who has it. Absent: nobody has.'),
          nearest: text('Where nobody has it: the name that is most like it.'),
        },
        ['user', 'nearest'],
      ),
      at: text("When the call was, on the called user's wall clock: RFC 3339."),
      timezone: text('The zone of that clock.'),
      rules: {
        ...object({ policy: rulesVersion, subscriber: rulesVersion }, ['policy', 'subscriber']),
        description: 'Which version of the rules decided.',
      },
      before: {
        ...object(
          {
            action: { enum: ['redirect', 'reject'] },
            status: { type: 'integer' },
            rule: text('That decides.'),
            layer: { enum: LAYERS },
          },
          ['rule', 'layer'],
        ),
        description:
          'Of an outcome: what decides when the INVITE comes, so that the phone would not ring at all.',
      },
      journey: { ...list({ type: 'object' }), description: 'With follow: every hop.' },
      ends: { type: 'object', description: 'With follow: where the call ends.' },
      approximate: {
        const: true,
        description: 'Of a found call: a fact mattered that is masked or was not logged.',
      },
    },
    ['called', 'at', 'timezone', 'rules', 'before', 'journey', 'ends', 'approximate'],
  ),
  Found: object(
    {
      rulesVersion: { ...version, description: 'Of the called subscriber.' },
      policyVersion: { ...version, description: 'Of their domain’s policy.' },
      action: { enum: ['redirect', 'continue', 'reject'] },
      status: { type: 'integer' },
      rule: text('That decided.'),
      unknown: list({ enum: ['caller', 'called', 'headers'] }),
    },
    ['rulesVersion', 'policyVersion', 'status', 'rule'],
  ),
  FoundCall: object(
    {
      at: text('When it was decided, RFC 3339.'),
      decisionId: text('The same for a retransmission.'),
      callId: text('SIP Call-ID.'),
      peer: text('The name of the peer that asked.'),
      caller: text('An identity, or `anonymous`. Numbers here and below may be masked.'),
      called: text('The called user; what was dialled where that is nobody’s.'),
      dialled: text('By which of their names.'),
      outcome: { type: 'integer', description: 'SIP status with which their leg ended.' },
      action: { enum: ['redirect', 'continue', 'reject'] },
      status: { type: 'integer', description: 'Of a redirect or a rejection.' },
      targets: list(text('Where it went, best first.')),
      dropped: list(
        object({ target: text('Where it did not go.'), why: text('A reason’s name.') }),
      ),
      rule: text('That decided.'),
      layer: { enum: LAYERS },
      trigger: { enum: TRIGGERS },
      rules: { enum: ['read', 'last-known', 'none'], description: 'By which rules.' },
      rulesVersion: { ...version, description: 'Of the called subscriber.' },
      policyVersion: { ...version, description: 'Of their domain’s policy.' },
      degraded: { type: 'boolean', description: 'The rules could not be read in time.' },
      explain: {
        ...ref('ExplainRequest'),
        description: 'To be sent to …/explain as it is: why the call went where it went.',
      },
    },
    [
      ...['callId', 'peer', 'caller', 'called', 'dialled', 'outcome', 'status', 'targets'],
      ...['dropped', 'rule', 'layer', 'trigger', 'rules', 'rulesVersion', 'policyVersion'],
      'degraded',
    ],
  ),
  FoundCalls: object(
    {
      items: { ...list(ref('FoundCall')), maxItems: MAX_PAGE },
      complete: {
        type: 'boolean',
        description: 'Whether all was looked through; false: go on with `next`, if there is one.',
      },
      searched: object({ from: text('RFC 3339; included.'), to: text('Excluded.') }),
      next: text('The cursor that goes on with this search; for whoever began it.'),
    },
    ['next'],
  ),
  Forecast: object({
    timezone: text('The subscriber’s, IANA: of their schedules and of `until`.'),
    items: {
      ...list(
        object(
          {
            trigger: { enum: TRIGGERS },
            from: text('RFC 3339; included.'),
            to: text('RFC 3339; excluded.'),
            action: { enum: ['redirect', 'continue', 'reject'] },
            status: { type: 'integer', description: 'Of a rejection.' },
            rule: text('That decides.'),
            layer: { enum: LAYERS },
            targets: list(text('A user, a number or an address, best first.')),
          },
          ['status', 'rule', 'layer'],
        ),
      ),
      maxItems: 2000,
    },
  }),
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
