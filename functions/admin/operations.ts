import type { HttpResponse } from '../http/http.ts';
import { recordAt } from '../provision/past-record.ts';
import { placeOf as findPlace, type SubscriberPlace, snapshotOf } from '../provision/subscriber.ts';
import { peerHistory, policyHistory, subscriberHistory } from '../store/keys.ts';
import type { PeerRecord } from '../store/peers.ts';
import type { PolicyRecord } from '../store/policies.ts';
import type { SubscriberRecord } from '../store/subscribers.ts';
import { listCalls } from './calls.ts';
import type { Role } from './claims.ts';
import type { ApiRequest } from './context.ts';
import { listDomainsPage, me } from './domains.ts';
import { explainByToken, forecastPage } from './explain.ts';
import { historyPage, wantedVersion } from './history.ts';
import { listPeersPage, ownPast, peerHistoryPage, peerResource } from './peer.ts';
import { addKey, deleteKey, listKeys } from './peer-keys.ts';
import { phoneResource } from './phone.ts';
import { policyResource } from './policy.ts';
import {
  change,
  deleteResource,
  getResource,
  patchResource,
  present,
  putResource,
  type Replaceable,
  type Resource,
} from './resource.ts';
import { snapshotResource, subscriberResource } from './subscriber.ts';
import { listSubscribersPage } from './subscribers.ts';
import { getSwitch, listSwitches, putSwitch, switchesHistoryPage } from './switches.ts';

export type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** Something that the API does: from this table come routing, rights and the OpenAPI document. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  /** Under `/v1` and `/v1/iam`. */
  readonly path: string;
  readonly summary: string;
  readonly roles: readonly Role[];
  readonly query?: readonly QueryName[];
  /** Costs what a day has only so much of: 429. */
  readonly budgeted?: true;
  /** Takes If-Match; answers with an ETag. */
  readonly versioned?: true;
  /** Name of the schema of the request's body. */
  readonly body?: SchemaName;
  /** Status of success → name of the body's schema; null: no body. */
  readonly answers: Readonly<Record<number, SchemaName | null>>;
  readonly run: (request: ApiRequest) => Promise<HttpResponse>;
}

/** Parameters of a query; the OpenAPI document says what each is. */
export type QueryName =
  | 'force'
  | 'limit'
  | 'cursor'
  | 'from'
  | 'to'
  | 'search'
  | 'forwarded'
  | 'called'
  | 'caller'
  | 'callId';

export type SchemaName =
  | 'ExplainRequest'
  | 'Explanation'
  | 'Found'
  | 'FoundCall'
  | 'FoundCalls'
  | 'Forecast'
  | 'Me'
  | 'DomainPage'
  | 'Switch'
  | 'Switches'
  | 'Policy'
  | 'Subscriber'
  | 'SubscriberPage'
  | 'SubscriberSnapshot'
  | 'PhoneSettings'
  | 'Peer'
  | 'PeerPage'
  | 'PeerKey'
  | 'PeerKeys'
  | 'History'
  | 'Revert';

type Make = (request: ApiRequest) => Resource | Promise<Resource>;

const EVERYBODY: readonly Role[] = ['admin', 'helpdesk', 'subscriber'];
const SELF: readonly Role[] = ['admin', 'subscriber'];
const HELP: readonly Role[] = ['admin', 'helpdesk'];
const ADMIN: readonly Role[] = ['admin'];

const placeOf = ({ table, path }: ApiRequest): Promise<SubscriberPlace> =>
  findPlace(table, path.domain as string, path.user as string);

const policy: Make = policyResource;
const subscriber: Make = async (request) => subscriberResource(request, await placeOf(request));
const phone: Make = async (request) => phoneResource(request, await placeOf(request));
const peer: Make = peerResource;

const DOMAIN = '/domains/{domain}';
const SUBSCRIBERS = `${DOMAIN}/subscribers`;
const SUBSCRIBER = `${SUBSCRIBERS}/{user}`;
const PHONE = `${SUBSCRIBER}/phone`;
const SWITCHES = `${DOMAIN}/switches`;
const PEER = '/peers/{name}';

/** GET, PUT, PATCH and DELETE of something that is read and replaced whole. */
function resourceOperations(
  name: string,
  path: string,
  schema: SchemaName,
  make: Make,
  roles: {
    readonly read: readonly Role[];
    readonly write: readonly Role[];
    readonly remove: readonly Role[];
  },
  query: Operation['query'] = ['force'],
): Operation[] {
  const what = name.toLowerCase();
  const versioned = true;
  return [
    {
      ...{ id: `get${name}`, method: 'GET', path, summary: `Read a ${what}`, versioned },
      roles: roles.read,
      answers: { 200: schema, 304: null },
      run: async (request) => getResource(await make(request), request.http),
    },
    {
      ...{
        id: `put${name}`,
        method: 'PUT',
        path,
        summary: `Create or replace a ${what}`,
        versioned,
      },
      ...{ roles: roles.write, query, body: schema },
      answers: { 200: schema, 201: schema },
      run: async (request) => putResource(await make(request), request.http),
    },
    {
      ...{ id: `patch${name}`, method: 'PATCH', path, versioned },
      summary: `Change parts of a ${what} by a JSON Merge Patch (RFC 7396)`,
      ...{ roles: roles.write, query, body: schema },
      answers: { 200: schema },
      run: async (request) => patchResource(await make(request), request.http),
    },
    {
      ...{ id: `delete${name}`, method: 'DELETE', path, summary: `Remove a ${what}`, versioned },
      ...{ roles: roles.remove, query },
      answers: { 204: null },
      run: async (request) => deleteResource(await make(request), request.http),
    },
  ];
}

export const OPERATIONS: readonly Operation[] = [
  {
    ...{ id: 'getMe', method: 'GET', path: '/me', roles: EVERYBODY },
    summary: 'Who you are, your role, and whose settings you may reach',
    answers: { 200: 'Me' },
    run: async ({ caller }) => me(caller),
  },
  {
    ...{ id: 'listDomains', method: 'GET', path: '/domains', roles: HELP },
    summary: 'Your domains, by name',
    query: ['limit', 'cursor'],
    answers: { 200: 'DomainPage' },
    run: listDomainsPage,
  },
  ...resourceOperations('Policy', DOMAIN, 'Policy', policy, {
    read: HELP,
    write: ADMIN,
    remove: ADMIN,
  }),
  {
    ...{ id: 'getPolicyHistory', method: 'GET', path: `${DOMAIN}/history`, roles: HELP },
    summary: 'Who changed the policy, when, from where, and what was there before; newest first',
    query: ['limit', 'cursor'],
    answers: { 200: 'History' },
    run: (request) =>
      historyPage<PolicyRecord>(request, historyOf(request), ({ version, source }) => ({
        version,
        policy: source,
      })),
  },
  {
    ...{ id: 'revertPolicy', method: 'POST', path: `${DOMAIN}/revert`, roles: ADMIN },
    summary: 'Put the policy back as it was at a version',
    ...{ versioned: true, query: ['force'], body: 'Revert' },
    answers: { 200: 'Policy', 201: 'Policy' },
    run: (request) =>
      revert<PolicyRecord>(request, policyResource(request), ({ source }) => source),
  },
  {
    ...{ id: 'listSubscribers', method: 'GET', path: SUBSCRIBERS, roles: HELP },
    summary: 'The subscribers of a domain, by name; or those who match, in pages that may be empty',
    query: ['search', 'forwarded', 'limit', 'cursor'],
    answers: { 200: 'SubscriberPage' },
    run: listSubscribersPage,
  },
  ...resourceOperations('Subscriber', SUBSCRIBER, 'Subscriber', subscriber, {
    read: EVERYBODY,
    write: SELF,
    remove: ADMIN,
  }),
  {
    ...{ id: 'getSubscriberHistory', method: 'GET', path: `${SUBSCRIBER}/history`, roles: HELP },
    summary: 'Who changed a subscriber, when, from where, and what was there before; newest first',
    query: ['limit', 'cursor'],
    answers: { 200: 'History' },
    run: async (request) => {
      const { domain, user } = await placeOf(request);
      return historyPage<SubscriberRecord>(request, subscriberHistory(domain, user), (record) => ({
        version: record.version,
        ...snapshotOf(record, domain),
      }));
    },
  },
  {
    ...{ id: 'revertSubscriber', method: 'POST', path: `${SUBSCRIBER}/revert`, roles: ADMIN },
    summary: 'Put a subscriber, their phone settings included, back as they were at a version',
    ...{ versioned: true, query: ['force'], body: 'Revert' },
    answers: { 200: 'SubscriberSnapshot', 201: 'SubscriberSnapshot' },
    run: async (request) => {
      const place = await placeOf(request);
      return revert<SubscriberRecord>(
        request,
        snapshotResource(request, place),
        (record) => snapshotOf(record, place.domain),
        subscriberHistory(place.domain, place.user),
      );
    },
  },
  ...resourceOperations(
    'PhoneSettings',
    PHONE,
    'PhoneSettings',
    phone,
    { read: EVERYBODY, write: EVERYBODY, remove: EVERYBODY },
    [],
  ),
  {
    ...{ id: 'getForecast', method: 'GET', path: `${SUBSCRIBER}/forecast`, roles: EVERYBODY },
    summary:
      'For each trigger, which rule decides when, for a caller of whom nothing is known; at most 14 days',
    query: ['from', 'to'],
    answers: { 200: 'Forecast' },
    run: forecastPage,
  },
  {
    ...{ id: 'explain', method: 'POST', path: `${DOMAIN}/explain`, roles: EVERYBODY },
    summary: 'Explain a call: every rule looked at, and why it did or did not hold',
    ...{ body: 'ExplainRequest', answers: { 200: 'Explanation' } },
    run: explainByToken,
  },
  {
    ...{ id: 'listCalls', method: 'GET', path: `${DOMAIN}/calls`, roles: EVERYBODY },
    summary: 'Calls as they were decided, newest first: of the last hour, at most 24 hours at once',
    query: ['called', 'caller', 'callId', 'from', 'to', 'limit', 'cursor'],
    budgeted: true,
    answers: { 200: 'FoundCalls' },
    run: listCalls,
  },
  {
    ...{ id: 'listSwitches', method: 'GET', path: SWITCHES, roles: HELP },
    summary: 'The switches of a domain',
    answers: { 200: 'Switches' },
    run: listSwitches,
  },
  {
    ...{ id: 'getSwitchesHistory', method: 'GET', path: `${SWITCHES}/history`, roles: HELP },
    summary: 'Who switched what, when, from where, and which were on before; newest first',
    query: ['limit', 'cursor'],
    answers: { 200: 'History' },
    run: switchesHistoryPage,
  },
  {
    ...{ id: 'getSwitch', method: 'GET', path: `${SWITCHES}/{switch}`, roles: HELP },
    summary: 'Whether a switch of the domain is on',
    answers: { 200: 'Switch' },
    run: getSwitch,
  },
  {
    ...{ id: 'putSwitch', method: 'PUT', path: `${SWITCHES}/{switch}`, roles: HELP },
    summary: 'Switch on or off; calls follow within 30 s',
    ...{ body: 'Switch', answers: { 200: 'Switch' } },
    run: putSwitch,
  },
  {
    ...{ id: 'listPeers', method: 'GET', path: '/peers', roles: ADMIN },
    summary: 'The peers of your domains, by name',
    query: ['limit', 'cursor'],
    answers: { 200: 'PeerPage' },
    run: listPeersPage,
  },
  ...resourceOperations('Peer', PEER, 'Peer', peer, { read: ADMIN, write: ADMIN, remove: ADMIN }),
  {
    ...{ id: 'getPeerHistory', method: 'GET', path: `${PEER}/history`, roles: ADMIN },
    summary: 'Who changed a peer or its keys, when, from where; newest first',
    query: ['limit', 'cursor'],
    answers: { 200: 'History' },
    run: async (request) => {
      await present(peerResource(request));
      return peerHistoryPage(request);
    },
  },
  {
    ...{ id: 'revertPeer', method: 'POST', path: `${PEER}/revert`, roles: ADMIN },
    summary: 'Put the settings of a peer back as they were at a version; its keys stay as they are',
    ...{ versioned: true, query: ['force'], body: 'Revert' },
    answers: { 200: 'Peer', 201: 'Peer' },
    run: async (request) => {
      const resource = peerResource(request);
      await resource.read(); // Refuses a peer that is another's.
      return revert<PeerRecord>(
        request,
        resource,
        (record) => ownPast(request, record).source,
        peerHistory(request.path.name as string),
      );
    },
  },
  {
    ...{ id: 'listPeerKeys', method: 'GET', path: `${PEER}/keys`, roles: ADMIN },
    summary: 'The ids of a peer’s keys',
    answers: { 200: 'PeerKeys' },
    run: listKeys,
  },
  {
    ...{ id: 'addPeerKey', method: 'POST', path: `${PEER}/keys`, roles: ADMIN },
    summary: 'Generate a key: this answer is the only one that shows it',
    answers: { 201: 'PeerKey' },
    run: addKey,
  },
  {
    ...{ id: 'deletePeerKey', method: 'DELETE', path: `${PEER}/keys/{id}`, roles: ADMIN },
    summary: 'Revoke a key; it counts for up to 30 s more',
    answers: { 204: null },
    run: deleteKey,
  },
];

const historyOf = ({ path }: ApiRequest): string => policyHistory(path.domain as string);

/** Puts back what was there at the version that the body names. */
async function revert<T extends PolicyRecord | SubscriberRecord | PeerRecord>(
  request: ApiRequest,
  resource: Replaceable,
  shown: (record: T) => unknown,
  history = historyOf(request),
): Promise<HttpResponse> {
  const version = wantedVersion(request);
  const now = await resource.read();
  const value =
    now?.version === version
      ? now.value
      : shown(await recordAt<T>(request.table, history, version));
  return change(resource, request.http, () => value);
}
