import { checkPolicy, removePolicy, storePolicy } from '../provision/policy.ts';
import { isObject } from '../rules/schema/is-object.ts';
import { getPolicyRecord, type PolicyRecord } from '../store/policies.ts';
import { type ApiRequest, authorOf, forcedOrRefused } from './context.ts';
import type { Resource, State } from './resource.ts';

/** A domain's policy: its document without the subscribers. */
export function policyResource(request: ApiRequest): Resource {
  const { table } = request;
  const domain = request.path.domain as string;
  const what = `domain ${domain}`;
  let record: PolicyRecord | undefined;
  return {
    what,
    read: async () => {
      record = await getPolicyRecord(table, domain);
      return record && stateOf(record);
    },
    complete: (value) => (isObject(value) ? { domain, ...value } : value),
    write: async (source) => {
      const checked = await checkPolicy(table, domain, record, source);
      const author = authorOf(request, forcedOrRefused(request, `the policy of ${what}`));
      const { fetch } = request.services;
      return stateOf(await storePolicy(table, domain, record, checked, author, fetch));
    },
    remove: async (before) => {
      const author = authorOf(request, forcedOrRefused(request, `the policy of ${what}`));
      await removePolicy(table, domain, before.version, author);
    },
  };
}

const stateOf = ({ version, at, source }: PolicyRecord): State => ({ version, at, value: source });
