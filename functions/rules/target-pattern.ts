import { identityOf } from '../decide/identity.ts';
import type { DialPlan, TargetPattern } from '../decide/model.ts';
import { readPrefix } from './numbering/number.ts';
import { HOST } from './schema/document.ts';
import { quoted } from './source/fault.ts';
import { isUri, readUri } from './uri.ts';

/** One entry of `targets.allow` or `targets.deny`, or why it is none. */
export function compilePattern(
  text: string,
  domain: string,
  plan: DialPlan | undefined,
): TargetPattern | string {
  if (text.startsWith('@')) {
    const host = text.slice(1);
    return HOST.test(host)
      ? { is: 'domain', value: host.toLowerCase() }
      : `${quoted(host)} is no host name`;
  }
  if (text.startsWith('ext:')) {
    const value = text.slice(4).toLowerCase();
    return /^[0-9x*#]{1,15}$/.test(value)
      ? { is: 'extension', value }
      : `${quoted(text)} must be ext: and a short number, x for any digit, like ext:1xxx`;
  }
  if (text.startsWith('+')) {
    const prefix = readPrefix(text);
    if (typeof prefix === 'string') return prefix;
    return prefix
      ? { is: 'prefix', value: prefix.number }
      : `${quoted(text)} must be the digits that numbers begin with, like +49`;
  }
  if (isUri(text)) {
    const uri = readUri(text);
    if (typeof uri === 'string') return `${quoted(text)} is no SIP address: ${uri}`;
    const value = identityOf(uri, { domain, hosts: [], plan });
    return value === undefined ? `${quoted(text)} names nobody` : { is: 'identity', value };
  }
  return `${quoted(text)} must be '@' and a host, '+' and digits, 'ext:' and a short number, or a SIP address`;
}
